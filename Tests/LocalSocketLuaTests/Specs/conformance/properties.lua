-- What a socket says of itself.

local harness = ...
local test, same, fails, raises = harness.test, harness.same, harness.fails, harness.raises
local record, turnUntil, awaitEnd = harness.record, harness.turnUntil, harness.awaitEnd
local awaitBytes, newSocket, accept = harness.awaitBytes, harness.newSocket, harness.accept
local connection = harness.connection
local localsocket = harness.localsocket

test("L12: state goes through all four states", function()
  local _, connecting = harness.fullServer()
  local closing = harness.blockedWriter()
  closing:disconnectFromServer()

  same({ localsocket.Socket():state(), connecting:state(), connection():state(), closing:state() },
    { "UnconnectedState", "ConnectingState", "ConnectedState", "ClosingState" })
end)

for _, ending in ipairs { "disconnectFromServer", "close", "abort" } do
  test("L13: " .. ending .. " keeps the last error", function()
    local client = connection()
    client:waitForReadyRead(0)

    client[ending](client)

    same(client:error(), "SocketTimeoutError")
  end)
end

test("L13: a successful connect resets the error", function()
  local server = harness.listen()
  local socket = newSocket()
  socket:connectToServer(harness.path())

  socket:connectToServer(server:fullServerName())

  same(socket:error(), "UnknownSocketError")
end)

test("L13: OperationError is never what error says", function()
  local socket = connection()

  socket:connectToServer("x")
  socket:waitForBytesWritten(0)
  socket:close()
  socket:write("x")
  socket:waitForReadyRead(0)

  same(socket:error(), "UnknownSocketError")
end)

test("L14: isValid says whether there is a live connection", function()
  local client, served = connection()
  local connected = client:isValid()
  client:disconnectFromServer()
  awaitEnd(served)

  same({ localsocket.Socket():isValid(), connected, client:isValid(), served:isValid() },
    { false, true, false, false })
end)

test("L14: isValid is true while closing", function()
  local client = harness.blockedWriter()
  client:disconnectFromServer()

  same({ client:state(), client:isValid() }, { "ClosingState", true })
end)

for _, ending in ipairs { "close", "abort" } do
  test("L14: isValid is false after " .. ending, function()
    local client = connection()

    client[ending](client)

    same(client:isValid(), false)
  end)
end

test("L15: a socket is sequential in every state", function()
  local client = connection()
  local connected = client:isSequential()
  client:close()

  same({ connected, client:isSequential() }, { true, true })
end)

test("L16: bytesAvailable counts what the loop has taken in, not what the kernel has", function()
  local a, b = harness.pair()
  b:write("hello")
  b:flush()
  same(a:bytesAvailable(), 0)

  turnUntil(function() return a:bytesAvailable() > 0 end)

  same(a:bytesAvailable(), 5)
end)

test("L16: bytesAvailable counts pushed back bytes too", function()
  local a, b = harness.pair()
  b:write("hello")
  awaitBytes(a, 5)
  a:peek(2)

  a:ungetChar("x")

  same(a:bytesAvailable(), 6)
end)

test("L16: nothing is available when the device is closed", function()
  local a, b = harness.pair()
  b:write("hello")
  awaitBytes(a, 5)

  a:close()

  same(a:bytesAvailable(), 0)
end)

test("L17: bytesToWrite counts what is queued and not what the kernel has", function()
  local a = harness.pair()
  a:write("hello")
  local queued = a:bytesToWrite()
  a:flush()

  same({ queued, a:bytesToWrite() }, { 5, 0 })
end)

test("L17: nothing is to be written after an abort and a disconnect", function()
  local aborted, disconnected = harness.pair()
  aborted:write("x")
  aborted:abort()
  disconnected:write("x")
  disconnected:disconnectFromServer()
  awaitEnd(disconnected)

  same({ aborted:bytesToWrite(), disconnected:bytesToWrite() }, { 0, 0 })
end)

test("L18: canReadLine says whether a line feed is there", function()
  local a, b = harness.pair()
  b:write("one")
  awaitBytes(a, 3)
  local before = a:canReadLine()
  b:write("\ntwo")
  awaitBytes(a, 7)
  local whole = a:canReadLine()
  a:readLine()

  same({ before, whole, a:canReadLine() }, { false, true, false })
end)

test("L18: canReadLine sees a line feed that was pushed back", function()
  local a = harness.pair()

  a:ungetChar("\n")

  same(a:canReadLine(), true)
end)

test("L22: there is a descriptor while connected and closing", function()
  local client = harness.blockedWriter()
  local connected = client:socketDescriptor()
  client:disconnectFromServer()

  assert(connected >= 0)
  same({ client:socketDescriptor(), localsocket.Socket():socketDescriptor() }, { connected, -1 })
end)

test("L22: there is no descriptor while the server's queue is full", function()
  local _, client = harness.fullServer()

  same(client:socketDescriptor(), -1)
end)

-- MARK: L24 and L25, options

local function abstractName() return (harness.path():sub(2)) end

test("L24: a new socket has no options", function()
  same(localsocket.Socket():socketOptions(), {})
end)

test("L25: AbstractNamespaceOption makes the name an abstract one", function()
  local name = abstractName()
  local server = harness.listen(nil, "@" .. name)
  local socket = newSocket()

  socket:setSocketOptions { "AbstractNamespaceOption" }
  socket:connectToServer(name)

  same(socket:socketOptions(), { "AbstractNamespaceOption" })
  same({ socket:state(), socket:serverName(), socket:fullServerName() },
    { "ConnectedState", name, name })
  accept(server)
end)

test("L25: the options of a connected socket cannot be changed", function()
  local client = connection()

  client:setSocketOptions { "AbstractNamespaceOption" }

  same(client:socketOptions(), {})
end)

test("L25: an empty list takes the options away", function()
  local socket = localsocket.Socket()
  socket:setSocketOptions { "AbstractNamespaceOption" }

  socket:setSocketOptions {}

  same(socket:socketOptions(), {})
end)

test("L25: an unknown option is refused by name", function()
  local socket = localsocket.Socket()

  raises("AbstractNamespaceOption", function()
    socket:setSocketOptions { "UserAccessOption" }
  end)
end)

-- MARK: L31 to L34, signals

test("L31: connected is told once for each connection", function()
  local client, _, server = connection()
  client:disconnectFromServer()
  local seen = record(client)

  client:connectToServer(server:fullServerName())
  client:connectToServer(server:fullServerName())

  local count = 0
  for _, signal in ipairs(seen) do
    if signal == "connected" then count = count + 1 end
  end
  same(count, 1)
end)

test("L32: disconnected is not told by a socket that never was connected", function()
  local client = localsocket.Socket()
  local seen = record(client)

  client:connectToServer(harness.path())

  same(seen, {
    "stateChanged ConnectingState", "errorOccurred ServerNotFoundError",
    "stateChanged UnconnectedState",
  })
end)

test("L33: error is another name of errorOccurred", function()
  local client = localsocket.Socket()
  local seen = {}
  for _, signal in ipairs { "error", "errorOccurred" } do
    client:on(signal, function(_, code) seen[#seen + 1] = signal .. " " .. code end)
  end

  client:connectToServer(harness.path())

  table.sort(seen)
  same(seen, { "error ServerNotFoundError", "errorOccurred ServerNotFoundError" })
end)

test("L34: stateChanged is told on a change only", function()
  local client = connection()
  local seen = record(client)

  client:connectToServer("x")

  same(seen, { "errorOccurred OperationError" })
end)

-- MARK: L35 to L37, the seed's raw reads and writes

test("L35: readData reads what has come", function()
  local a, b = harness.pair()
  b:write("hello")
  awaitBytes(a, 5)

  same({ a:readData(2), a:readData(10), a:readData(1) }, { "he", "llo", "" })
end)

test("L35: readData of a socket that was never opened fails", function()
  fails(nil, "OperationError", localsocket.Socket():readData(1))
end)

test("L36: writeData queues bytes", function()
  local a, b = harness.pair()

  same({ a:writeData("hello"), a:bytesToWrite() }, { 5, 5 })
  awaitBytes(b, 5)

  same(b:readAll(), "hello")
end)

test("L36: writeData of an unconnected socket fails and tells nothing", function()
  local client = connection()
  client:disconnectFromServer()
  local seen = record(client)

  fails(nil, "OperationError", client:writeData("x"))

  same({ seen, client:error() }, { {}, "UnknownSocketError" })
end)
