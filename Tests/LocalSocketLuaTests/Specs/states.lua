-- States, errors and their texts; close, abort and disconnectFromServer; reading and writing.

local harness = ...
local test, same, fails, pair = harness.test, harness.same, harness.fails, harness.pair
local localsocket = harness.localsocket

test("a new socket is what Qt makes", function()
  local socket = localsocket.Socket()

  same(socket:state(), "UnconnectedState")
  same(socket:error(), "UnknownSocketError")
  same(socket:errorString(), "Unknown error")
  same({ socket:isOpen(), socket:isValid(), socket:isSequential() }, { false, false, true })
  same({ socket:isReadable(), socket:isWritable(), socket:openMode() }, { false, false, "NotOpen" })
  same({ socket:serverName(), socket:fullServerName() }, { "", "" })
  same(socket:socketDescriptor(), -1)
  same({ socket:bytesAvailable(), socket:bytesToWrite() }, { 0, 0 })
  same({ socket:canReadLine(), socket:atEnd() }, { false, true })
end)

test("a connected socket has its names, its mode and a descriptor", function()
  local client, served, server = harness.connection()

  for _, socket in ipairs { client, served } do
    same(socket:state(), "ConnectedState")
    same({ socket:isOpen(), socket:isValid(), socket:openMode() }, { true, true, "ReadWrite" })
    assert(socket:socketDescriptor() >= 0)
    same(socket:fullServerName(), server:fullServerName())
  end
  same(client:serverName(), server:serverName())
  same(served:serverName(), server:fullServerName():match("[^/]+$"))
end)

test("peerCredentials are those of the process at the other end", function()
  local client = harness.connection()
  local credentials = client:peerCredentials()

  for _, field in ipairs { "pid", "uid", "gid" } do
    same(math.type(credentials[field]), "integer", field)
  end
  client:close()
  fails(nil, "OperationError", client:peerCredentials())
end)

test("each failure to connect has Qt's text and code", function()
  local file = os.tmpname()
  local cases = {
    { harness.path(), "ServerNotFoundError", "QLocalSocket::connectToServer: Invalid name" },
    { "", "ServerNotFoundError", "QLocalSocket::connectToServer: Invalid name" },
    { "/tmp/" .. ("x"):rep(200), "ServerNotFoundError", "QLocalSocket::connectToServer: Invalid name" },
    { file, "ConnectionRefusedError", "QLocalSocket::connectToServer: Connection refused" },
    { "@" .. harness.path(), "ConnectionRefusedError", "QLocalSocket::connectToServer: Connection refused" },
  }
  for _, case in ipairs(cases) do
    local name, code, text = table.unpack(case)
    local socket = localsocket.Socket()
    socket:connectToServer(name)
    same({ socket:error(), socket:errorString() }, { code, text }, name)
    same({ socket:state(), socket:isOpen() }, { "UnconnectedState", false }, name)
  end
  os.remove(file)
end)

test("a successful connect clears the error", function()
  local server = harness.listen()
  local socket = harness.close(localsocket.Socket())
  socket:connectToServer(harness.path())

  socket:connectToServer(server:fullServerName())

  same({ socket:error(), socket:errorString() }, { "UnknownSocketError", "Unknown error" })
end)

test("connecting a connected socket is refused, and only the signal and the text tell", function()
  local client, _, server = harness.connection()
  local errors = {}
  client:on("errorOccurred", function(_, name) errors[#errors + 1] = name end)

  client:connectToServer(server:fullServerName())

  same(errors, { "OperationError" })
  same(client:errorString(),
    "QLocalSocket::connectToserver: Operation not permitted when socket is in this state")
  same({ client:error(), client:state() }, { "UnknownSocketError", "ConnectedState" })
end)

test("connectToServer without a name uses setServerName's", function()
  local server = harness.listen()
  local socket = harness.close(localsocket.Socket())
  socket:setServerName(server:fullServerName())

  socket:connectToServer(nil, "WriteOnly")

  same({ socket:state(), socket:openMode() }, { "ConnectedState", "WriteOnly" })
end)

test("open connects and says whether the device is open", function()
  local server = harness.listen()
  local socket = harness.close(localsocket.Socket())
  same(socket:open(), false)
  socket:setServerName(server:fullServerName())

  same(socket:open(), true)
end)

test("setters and actions return nothing", function()
  local server = harness.listen()
  local socket = harness.close(localsocket.Socket())
  local function count(...) return select("#", ...) end

  same(count(socket:setServerName(server:fullServerName())), 0)
  same(count(socket:connectToServer()), 0)
  same(count(socket:disconnectFromServer()), 0)
  same(count(socket:abort()), 0)
  same(count(socket:close()), 0)
  same(count(server:close()), 0)
end)

test("the peer's close leaves the device open and what came in readable", function()
  local a, b = pair()
  b:write("last words")
  b:close()
  assert(a:waitForDisconnected("10s"))

  same({ a:state(), a:error(), a:isOpen() }, { "UnconnectedState", "PeerClosedError", true })
  same(a:errorString(), "QLocalSocket: Remote closed")
  same(a:read(4), "last")
  same(a:readAll(), " words")
  fails(nil, "PeerClosedError", a:readAll())
  fails(nil, "PeerClosedError", a:read(1))
  fails(nil, "PeerClosedError", a:readLine())
end)

test("disconnectFromServer leaves what came in readable", function()
  local a, b = pair()
  b:write("hello")
  harness.turnUntil(function() return a:bytesAvailable() == 5 end)

  a:disconnectFromServer()

  same({ a:state(), a:isOpen(), a:isValid() }, { "UnconnectedState", true, false })
  same(a:readAll(), "hello")
end)

test("close drops what came in and closes the device", function()
  local a, b = pair()
  b:write("hello")
  harness.turnUntil(function() return a:bytesAvailable() == 5 end)

  a:close()

  same({ a:state(), a:isOpen(), a:bytesAvailable() }, { "UnconnectedState", false, 0 })
  fails(nil, "OperationError", a:readAll())
  fails(nil, "OperationError", a:write("x"))
end)

test("close sends what is queued", function()
  local client, served = harness.connection()
  local text = ("x"):rep(1 << 20)
  client:write(text)

  client:close()
  harness.turnUntil(function() return served:state() == "UnconnectedState" end)

  same(#served:readAll(), #text)
end)

test("abort drops what is queued", function()
  local client, served = harness.connection()
  client:write("never sent")

  client:abort()
  harness.turnUntil(function() return served:state() == "UnconnectedState" end)

  same({ client:state(), client:isOpen(), client:bytesToWrite() }, { "UnconnectedState", false, 0 })
  same(served:bytesAvailable(), 0)
end)

for _, ending in ipairs { "close", "abort", "disconnectFromServer" } do
  test(ending .. " gives up connecting", function()
    local _, client = harness.fullServer()
    local states = {}
    client:on("stateChanged", function(_, state) states[#states + 1] = state end)

    client[ending](client)

    same(states, { "UnconnectedState" })
  end)

  test(ending .. " of a socket without a connection does nothing", function()
    local socket = localsocket.Socket()
    socket[ending](socket)
    same(socket:state(), "UnconnectedState")
  end)
end

test("a socket connects again after each way to end", function()
  local server = harness.listen()
  local socket = harness.close(localsocket.Socket())
  for _, ending in ipairs { "close", "abort", "disconnectFromServer" } do
    socket:connectToServer(server:fullServerName())
    local served = harness.close(assert(server:accept("10s")))
    socket:write(ending)
    assert(served:waitForReadyRead("10s"))
    same(served:readAll(), ending)
    socket[ending](socket)
    same(socket:state(), "UnconnectedState", ending)
  end
end)

test("a handler of disconnected can connect again", function()
  local client, served, server = harness.connection()
  client:once("disconnected", function() client:connectToServer(server:fullServerName()) end)

  served:close()
  local again = harness.close(assert(server:accept("10s")))
  client:write("again")
  assert(again:waitForReadyRead("10s"))

  same(again:readAll(), "again")
end)

-- MARK: Reading and writing

test("reads on an open connection without bytes give the empty string", function()
  local a = pair()
  same({ a:read(10), a:readAll(), a:readLine() }, { "", "", "" })
end)

test("reads of a socket that was never opened fail", function()
  local socket = localsocket.Socket()
  for _, method in ipairs { "readAll", "readLine" } do
    fails(nil, "OperationError", socket[method](socket))
  end
  fails(nil, "OperationError", socket:read(1))
  fails(nil, "OperationError", socket:write("x"))
end)

test("a socket that is open for writing only refuses to read", function()
  local server = harness.listen()
  local socket = harness.close(
    assert(localsocket.connect(server:fullServerName(), { mode = "WriteOnly" })))

  fails(nil, "OperationError", socket:readAll())
end)

test("read takes at most so many bytes", function()
  local a, b = pair()
  b:write("hello")
  assert(a:waitForReadyRead("10s"))

  same({ a:read(0), a:read(2), a:read(100), a:read(1) }, { "", "he", "llo", "" })
end)

test("readLine takes a line with its end, and a piece without one", function()
  local a, b = pair()
  b:write("one\ntwo\r\nthr")
  assert(a:waitForReadyRead("10s"))

  same(a:canReadLine(), true)
  same({ a:readLine(), a:readLine(3), a:readLine() }, { "one\n", "two", "\r\n" })
  same({ a:canReadLine(), a:readLine() }, { false, "thr" })
end)

test("bytes pass as they are", function()
  local a, b = pair()
  local all = {}
  for byte = 0, 255 do all[#all + 1] = string.char(byte) end
  local text = table.concat(all)
  same(b:write(text), 256)
  harness.turnUntil(function() return a:bytesAvailable() == 256 end)

  same(a:readAll(), text)
end)

test("write queues, and flush sends", function()
  local a, b = pair()
  same(a:flush(), false)
  same(a:write("hello"), 5)
  same(a:write(""), 0)
  same(a:bytesToWrite(), 5)
  same(a:flush(), true)
  same(a:bytesToWrite(), 0)
  assert(b:waitForReadyRead("10s"))
  same(b:readAll(), "hello")
end)

test("a write after the peer's close fails", function()
  local a, b = pair()
  b:close()
  assert(a:waitForDisconnected("10s"))

  fails(nil, "PeerClosedError", a:write("x"))
  fails(nil, "PeerClosedError", a:writeData("x"))
  fails(false, "PeerClosedError", a:putChar("x"))
  fails(nil, "PeerClosedError", a:sendMessage("x"))
  assert(select(2, a:write("x")):find("the peer has ended the connection", 1, true))
end)

test("tostring names the class and the state", function()
  local client, _, server = harness.connection()
  local timer <close> = localsocket.after("1h", print)
  local connection <close> = client:on("readyRead", print)
  for value, text in pairs {
    [client] = "localsocket.Socket", [server] = "localsocket.Server",
    [timer] = "localsocket.Timer", [connection] = "localsocket.Connection",
  } do
    assert(tostring(value):find(text, 1, true), tostring(value))
  end
end)

test("leaving a scope closes a socket, and with an error aborts it", function()
  local client, served = harness.connection()
  do
    local _ <close> = client
    client:write("farewell")
  end
  harness.turnUntil(function() return served:state() == "UnconnectedState" end)
  same(served:readAll(), "farewell")

  local other, peer = harness.connection()
  pcall(function()
    local _ <close> = other
    other:write("never sent")
    error("out")
  end)
  harness.turnUntil(function() return peer:state() == "UnconnectedState" end)
  same(peer:bytesAvailable(), 0)
end)
