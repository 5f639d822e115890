-- The waits: what each answers, and the table of calls and states.

local harness = ...
local test, same, fails, raises = harness.test, harness.same, harness.fails, harness.raises
local record, awaitEnd, accept = harness.record, harness.awaitEnd, harness.accept
local connection, closingSocket = harness.connection, harness.closingSocket
local localsocket = harness.localsocket

---Runs a function at the next turn of the loop.
local function soon(fn) localsocket.spawn(fn) end

-- MARK: L27, waitForConnected

test("L27: waitForConnected connects when the server accepts", function()
  local server, client = harness.fullServer()
  harness.acceptAll(server)

  same(client:waitForConnected("10s"), true)
  same(client:state(), "ConnectedState")
end)

test("L27: waitForConnected tells the failure of the attempt", function()
  local server, client = harness.fullServer("@" .. harness.path())
  soon(function() server:close() end)

  fails(false, "ConnectionRefusedError", client:waitForConnected("10s"))
end)

test("L27: waitForConnected waits for ever with -1", function()
  local server, client = harness.fullServer()
  localsocket.after(5, harness.acceptAll, server)

  same(client:waitForConnected(-1), true)
end)

-- MARK: L28, waitForReadyRead

test("L28: waitForReadyRead is true when bytes come, which readyRead tells", function()
  local a, b = harness.pair()
  local seen = record(a, "bytesAvailable")
  soon(function() b:write("hello") end)

  same(a:waitForReadyRead("10s"), true)

  same(seen, { { "readyRead", 5 } })
end)

test("L28: unread bytes that were reported do not count", function()
  local a, b = harness.pair()
  b:write("hello")
  same(a:waitForReadyRead("10s"), true)

  fails(false, "SocketTimeoutError", a:waitForReadyRead(0))

  same(a:bytesAvailable(), 5)
end)

test("L28: waitForReadyRead of an unconnected socket fails at once, unread bytes or not", function()
  local client, served = connection()
  served:write("hello")
  served:close()
  awaitEnd(client)
  client:read(1)
  local seen = record(client)

  fails(false, "OperationError", client:waitForReadyRead(-1))

  same({ seen, client:bytesAvailable() }, { {}, 4 })
end)

test("L28: the peer's close ends waitForReadyRead", function()
  local a, b = harness.pair()
  local seen = record(a)
  soon(function() b:close() end)

  fails(false, "PeerClosedError", a:waitForReadyRead("10s"))

  same(seen, {
    "errorOccurred PeerClosedError", "stateChanged ClosingState", "stateChanged UnconnectedState",
    "readChannelFinished", "disconnected",
  })
end)

test("L28: waitForReadyRead sends what is queued", function()
  local a, b = harness.pair()
  b:on("readyRead", function() b:write("answer to " .. b:readAll()) end)
  a:write("question")

  same(a:waitForReadyRead("10s"), true)

  same({ a:readAll(), a:bytesToWrite() }, { "answer to question", 0 })
end)

test("L28: a socket that is not open for reading drops bytes, and the wait is true", function()
  local server = harness.listen()
  local client = harness.close(
    assert(localsocket.connect(server:fullServerName(), { mode = "WriteOnly" })))
  local served = accept(server)
  local seen = record(client)
  soon(function() served:write("hello") end)

  same(client:waitForReadyRead("10s"), true)

  same({ client:bytesAvailable(), seen }, { 0, {} })
end)

test("L28: waitForReadyRead(0) takes in what the kernel has", function()
  local a, b = harness.pair()
  b:write("hello")
  b:flush()

  same(a:waitForReadyRead(0), true)

  same(a:readAll(), "hello")
end)

test("L28: waitForReadyRead takes in all that the kernel has, which a disconnect keeps", function()
  local a, b = harness.pair()
  b:write(("x"):rep(150000))
  repeat until not b:flush()

  same(a:waitForReadyRead(0), true)
  a:disconnectFromServer()

  same(a:bytesAvailable(), 150000)
end)

test("L28: another negative time is refused", function()
  local a = harness.pair()

  raises("#1 to 'waitForReadyRead'", function() a:waitForReadyRead(-2) end)
end)

test("L28: waitForReadyRead of a connecting socket that times out says so", function()
  local _, client = harness.fullServer()

  fails(false, "SocketTimeoutError", client:waitForReadyRead(1))

  same(client:state(), "ConnectingState")
end)

-- MARK: L29, waitForBytesWritten

test("L29: waitForBytesWritten is true when some bytes are written, not all", function()
  local client, server = harness.blockedWriter()
  harness.acceptAll(server)

  same(client:waitForBytesWritten("10s"), true)

  assert(client:bytesToWrite() > 0)
end)

test("L29: waitForBytesWritten with nothing queued fails silently", function()
  local client = connection()
  local seen = record(client)

  fails(false, "OperationError", client:waitForBytesWritten(-1))

  same({ seen, client:error() }, { {}, "UnknownSocketError" })
end)

test("L29: waitForBytesWritten takes in what comes meanwhile", function()
  local client, server = harness.blockedWriter()
  local served = accept(server)
  served:setReadBufferSize(1)
  served:write("hello")
  served:flush()
  local told = 0
  client:on("readyRead", function() told = told + 1 end)
  repeat until not client:waitForBytesWritten(10)

  same({ told, client:bytesAvailable() }, { 1, 5 })
end)

test("L29: the peer's close ends waitForBytesWritten", function()
  local client, server = harness.blockedWriter()
  soon(function() server:accept(0):abort() end)

  local ended, message, code
  repeat ended, message, code = client:waitForBytesWritten("10s") until not ended

  same({ ended, code, client:state() }, { false, "PeerClosedError", "UnconnectedState" })
  assert(message)
end)

test("L29: waitForBytesWritten works while closing", function()
  local client, server = closingSocket()
  harness.acceptAll(server)

  same(client:waitForBytesWritten("10s"), true)
end)

test("L29: waitForBytesWritten takes in what comes while closing", function()
  local client, server = closingSocket()
  local served = accept(server)
  served:setReadBufferSize(1)
  served:write("late")
  served:flush()

  fails(false, "SocketTimeoutError", client:waitForBytesWritten(1))

  same({ client:state(), client:readAll() }, { "ClosingState", "late" })
end)

test("L29: a closing socket takes in nothing more once nobody waits", function()
  local client, server = closingSocket()
  local served = accept(server)
  served:setReadBufferSize(1)
  client:waitForBytesWritten(1)
  served:write("late")
  served:flush()

  harness.settle()

  same({ client:state(), client:bytesAvailable() }, { "ClosingState", 0 })
end)

-- MARK: L30, waitForDisconnected

test("L30: waitForDisconnected takes in and keeps what comes before the end", function()
  local a, b = harness.pair()
  local seen = record(a)
  b:write("last words")
  b:close()

  same(a:waitForDisconnected("10s"), true)

  same({ seen[1], seen[#seen], a:readAll() }, { "readyRead", "disconnected", "last words" })
end)

test("L30: waitForDisconnected sends what is queued", function()
  local a, b = harness.pair()
  b:on("readyRead", function() b:close() end)
  a:write("go")

  same(a:waitForDisconnected("10s"), true)
end)

test("L30: waitForDisconnected of a closing socket ends when all is written", function()
  local client, server = closingSocket()
  local served = {}
  harness.acceptAll(server, function(socket) served[1] = socket end)

  same(client:waitForDisconnected("10s"), true)
  awaitEnd(served[1])

  same(#served[1]:readAll(), 4 << 20)
end)

test("L30: waitForDisconnected after a disconnect that is complete fails", function()
  local client = connection()
  client:disconnectFromServer()

  fails(false, "OperationError", client:waitForDisconnected(-1))
end)

test("L30: waitForDisconnected of a connecting socket first connects", function()
  local server, client = harness.fullServer()
  harness.acceptAll(server, function(socket) socket:close() end)

  same(client:waitForDisconnected("10s"), true)
  same(client:error(), "PeerClosedError")
end)

-- MARK: §9, the table

local makers <const> = {
  UnconnectedState = function() return localsocket.Socket() end,
  ConnectingState = function() return select(2, harness.fullServer()) end,
  ConnectedState = function() return (connection()) end,
  ClosingState = function() return (closingSocket()) end,
}

---A case for what a call gives in a state, and for what it tells.
local function cell(call, state, expected, signals)
  test(("§9: %s in %s"):format(call, state), function()
    local socket = makers[state]()
    same(socket:state(), state)
    local before = socket:error()
    local seen = record(socket)
    local first, _, code = load("local socket = ... return socket:" .. call)(socket)
    same({ first, code }, expected)
    same(seen, signals or {})
    if not signals then same(socket:error(), before) end
  end)
end

local timeOut <const> = { "errorOccurred SocketTimeoutError" }
local refused <const> = { "errorOccurred OperationError" }

cell("waitForConnected(-1)", "UnconnectedState", { false, "OperationError" })
cell("waitForConnected(1)", "ConnectingState", { false, "SocketTimeoutError" })
cell("waitForConnected(-1)", "ConnectedState", { true })
cell("waitForConnected(-1)", "ClosingState", { false, "OperationError" })

cell("waitForReadyRead(-1)", "UnconnectedState", { false, "OperationError" })
cell("waitForReadyRead(1)", "ConnectingState", { false, "SocketTimeoutError" }, timeOut)
cell("waitForReadyRead(1)", "ConnectedState", { false, "SocketTimeoutError" }, timeOut)
cell("waitForReadyRead(-1)", "ClosingState", { false, "OperationError" })

cell("waitForBytesWritten(-1)", "UnconnectedState", { false, "OperationError" })
cell("waitForBytesWritten(-1)", "ConnectingState", { false, "OperationError" })
cell("waitForBytesWritten(-1)", "ConnectedState", { false, "OperationError" })
cell("waitForBytesWritten(1)", "ClosingState", { false, "SocketTimeoutError" }, timeOut)

cell("waitForDisconnected(-1)", "UnconnectedState", { false, "OperationError" })
cell("waitForDisconnected(1)", "ConnectingState", { false, "SocketTimeoutError" }, timeOut)
cell("waitForDisconnected(1)", "ConnectedState", { false, "SocketTimeoutError" }, timeOut)
cell("waitForDisconnected(1)", "ClosingState", { false, "SocketTimeoutError" }, timeOut)

for state in pairs(makers) do
  test("§9: flush with nothing to send in " .. state, function()
    local socket = makers[state]()
    local seen = record(socket)

    same({ (socket:flush()), seen }, { false, {} })
  end)
end

cell("write('hello')", "UnconnectedState", { nil, "OperationError" })
cell("write('hello')", "ConnectingState", { nil, "OperationError" })
cell("write('hello')", "ConnectedState", { 5 })
cell("write('hello')", "ClosingState", { 5 })

cell("readAll()", "UnconnectedState", { nil, "OperationError" })
cell("readAll()", "ConnectingState", { nil, "OperationError" })
cell("readAll()", "ConnectedState", { "" })
cell("readAll()", "ClosingState", { "" })

cell("connectToServer()", "ConnectingState", {}, refused)
cell("connectToServer()", "ConnectedState", {}, refused)
cell("connectToServer()", "ClosingState", {}, refused)

test("§9: a time-out is a deadline for the whole call", function()
  local client, server = harness.blockedWriter()
  local served = accept(server)
  local timer <close> = localsocket.every(2, function()
    served:write("x")
    client:bytesAvailable()
  end)
  local before = localsocket.now()

  fails(false, "SocketTimeoutError", client:waitForDisconnected(20))

  local passed = localsocket.now() - before
  assert(passed >= 20 and passed < 5000, passed)
  timer:cancel()
end)
