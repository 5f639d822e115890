-- Ending a connection: disconnectFromServer, close, abort and shutdown.

local harness = ...
local test, same, fails, raises = harness.test, harness.same, harness.fails, harness.raises
local turnUntil = harness.turnUntil
local record, settle, awaitEnd = harness.record, harness.settle, harness.awaitEnd
local awaitBytes, accept, connection = harness.awaitBytes, harness.accept, harness.connection
local closingSocket = harness.closingSocket
local localsocket = harness.localsocket

-- MARK: L6, disconnectFromServer

test("L6: disconnecting an unconnected socket tells nothing", function()
  local socket = localsocket.Socket()
  local seen = record(socket)

  socket:disconnectFromServer()

  same(seen, {})
end)

test("L6: disconnecting leaves the device open in its mode", function()
  local client = connection()

  client:disconnectFromServer()

  same({ client:state(), client:isOpen(), client:openMode() },
    { "UnconnectedState", true, "ReadWrite" })
end)

test("L6: disconnecting a closing socket again tells nothing", function()
  local client = closingSocket()
  local seen = record(client)

  client:disconnectFromServer()

  same({ seen, client:state() }, { {}, "ClosingState" })
end)

test("L6: disconnecting a connecting socket gives the attempt up", function()
  local server, client = harness.fullServer()
  local seen = record(client)

  client:disconnectFromServer()
  harness.acceptAll(server)
  settle()

  same(seen, { "stateChanged UnconnectedState", "readChannelFinished" })
  same(client:state(), "UnconnectedState")
end)

test("L6: a closing socket takes in nothing more", function()
  local client, server = closingSocket()
  local served = accept(server)
  served:setReadBufferSize(1)
  served:write("late")
  served:flush()

  settle()

  same({ client:state(), client:bytesAvailable() }, { "ClosingState", 0 })
end)

test("L6: bytes that were still in the kernel are lost, and the peer is told", function()
  local client, served = connection()
  served:write("never read")
  served:flush()

  client:disconnectFromServer()
  awaitEnd(served)

  same({ client:bytesAvailable(), served:error() }, { 0, "PeerClosedError" })
end)

-- MARK: L7, close

test("L7: closing a closed socket tells nothing", function()
  local socket = localsocket.Socket()
  local seen = record(socket)

  socket:close()

  same(seen, {})
end)

test("L7: closing again tells nothing", function()
  local client = connection()
  client:close()
  local seen = record(client)

  client:close()

  same(seen, {})
end)

test("L7: a closed socket sends the rest by itself", function()
  local client, server = harness.blockedWriter()
  local served = accept(server)

  client:close()
  same({ client:state(), client:isOpen() }, { "ClosingState", false })
  awaitEnd(served)

  same({ client:state(), #served:readAll() }, { "UnconnectedState", 4 << 20 })
end)

test("L7: waitForDisconnected of a closed socket sends the rest", function()
  local client, served = connection()
  client:write("farewell")
  client:close()

  same(client:waitForDisconnected("10s"), true)

  awaitEnd(served)
  same(served:readAll(), "farewell")
end)

test("L7: a closed socket that is closing takes no more to write", function()
  local client = harness.blockedWriter()
  client:close()

  fails(nil, "OperationError", client:write("x"))
end)

test("L7: close keeps the error and its text", function()
  local client = connection()
  client:waitForReadyRead(0)

  client:close()

  same({ client:error(), client:errorString() },
    { "SocketTimeoutError", "QLocalSocket: Socket operation timed out" })
end)

test("L7: closing a connecting socket gives the attempt up", function()
  local _, client = harness.fullServer()

  client:close()

  same({ client:state(), client:serverName() }, { "UnconnectedState", "" })
end)

-- MARK: L8, abort

test("L8: aborting an unconnected closed socket tells nothing", function()
  local socket = localsocket.Socket()
  local seen = record(socket)

  socket:abort()

  same(seen, {})
end)

test("L8: aborting an unconnected open socket closes the device", function()
  local client = connection()
  client:disconnectFromServer()
  local seen = record(client, "isOpen")

  client:abort()

  same(seen, { { "aboutToClose", true } })
  same(client:isOpen(), false)
end)

test("L8: aborting a closing socket drops what is pending", function()
  local client = closingSocket()

  client:abort()

  same({ client:state(), client:bytesToWrite(), client:isOpen() }, { "UnconnectedState", 0, false })
end)

test("L8: a connection after an abort still ends gracefully", function()
  local client, _, server = connection()
  client:abort()
  client:connectToServer(server:fullServerName())
  local served = accept(server)
  local seen = record(client)

  client:write("hello")
  client:disconnectFromServer()
  awaitEnd(served)

  same(seen[1], "stateChanged ClosingState")
  same(served:readAll(), "hello")
end)

-- MARK: shutdown

test("shutdown: after shutdown(\"write\") the peer sees the end", function()
  local a, b = harness.pair()
  local seen = record(b)

  a:shutdown("write")
  same(a:state(), "ConnectedState")
  awaitEnd(b)

  same(seen, {
    "errorOccurred PeerClosedError", "stateChanged ClosingState", "stateChanged UnconnectedState",
    "readChannelFinished", "disconnected",
  })
end)

test("shutdown: what the peer had sent before it saw the end is still read", function()
  local a, b = harness.pair()
  b:write("answer")
  b:flush()

  a:shutdown("write")
  awaitBytes(a, 6)

  same(a:readAll(), "answer")
  fails(nil, "OperationError", a:write("x"))
end)

---Checks that a peer that has seen the end of what comes still answers, to the end of its own.
local function expectAnswer(asking, answering)
  local seen = record(answering)
  asking:write("question")
  asking:shutdown("write")

  turnUntil(function() return seen[#seen] == "readChannelFinished" end)
  same({ seen, answering:state() }, { { "readyRead", "readChannelFinished" }, "ConnectedState" })
  same(answering:readAll(), "question")
  fails(nil, "PeerClosedError", answering:read(1))
  answering:write("answer")
  answering:disconnectFromServer()
  awaitEnd(asking)

  same({ asking:readAll(), answering:state() }, { "answer", "UnconnectedState" })
end

for _, kind in ipairs { "stream", "seqpacket" } do
  test("allowHalfOpen: one of a pair of " .. kind .. "s answers after the end", function()
    expectAnswer(harness.closing(localsocket.pair(kind, { allowHalfOpen = true })))
  end)

  test("allowHalfOpen: what a server accepts answers after the end, over " .. kind, function()
    local server = harness.listen { kind = kind, allowHalfOpen = true }
    local client = harness.connect(server, { kind = kind })

    expectAnswer(client, accept(server))
  end)

  test("allowHalfOpen: what connects answers after the end, over " .. kind, function()
    local server = harness.listen { kind = kind }
    local client = harness.connect(server, { kind = kind, allowHalfOpen = true })

    expectAnswer(accept(server), client)
  end)
end

test("allowHalfOpen: without it the end of what comes is the end", function()
  local a, b = localsocket.pair("stream", { allowHalfOpen = false })
  harness.closing(a, b)

  a:shutdown("write")

  awaitEnd(b)
end)

test("allowHalfOpen: datagrams come without connections that could be half open", function()
  raises("allowHalfOpen: datagrams", function()
    localsocket.listen(harness.path(), { kind = "datagram", allowHalfOpen = true })
  end)
end)

test("allowHalfOpen: another value is refused by its name", function()
  for _, call in ipairs {
    function(options) localsocket.pair("stream", options) end,
    function(options) localsocket.connect(harness.path(), options) end,
    function(options) localsocket.listen(harness.path(), options) end,
  } do
    raises("allowHalfOpen: boolean expected", function() call { allowHalfOpen = 1 } end)
  end
end)

test("shutdown: what is queued goes out before the end", function()
  local client, server = harness.blockedWriter()
  local served = accept(server)

  client:shutdown("write")
  awaitEnd(served)

  same(#served:readAll(), 4 << 20)
end)

test("shutdown: after shutdown(\"read\") writing goes on", function()
  local a, b = harness.pair()

  a:shutdown("read")
  a:write("hello")
  awaitBytes(b, 5)

  same({ a:state(), b:readAll() }, { "ConnectedState", "hello" })
end)

test("shutdown: after shutdown(\"read\") the end of reading was told, and the peer cannot send",
  function()
    local a, b = harness.pair()
    local seen = record(a)

    a:shutdown("read")
    same(seen, { "readChannelFinished" })
    b:write("lost")
    b:flush()

    same({ a:state(), b:error() }, { "ConnectedState", "PeerClosedError" })
  end)

for what, directions in pairs {
  together = { "both" }, ["one after the other"] = { "read", "write" },
} do
  test("shutdown: both ways " .. what .. " end the connection", function()
    local client, served = connection()

    for _, direction in ipairs(directions) do client:shutdown(direction) end
    awaitEnd(served)

    same({ client:state(), client:isOpen() }, { "UnconnectedState", true })
  end)
end

test("shutdown: a second shutdown does no harm", function()
  local a = harness.pair()

  a:shutdown("write")
  a:shutdown("write")

  same(a:state(), "ConnectedState")
end)

test("shutdown: an unconnected socket cannot be shut down", function()
  local socket = localsocket.Socket()

  local done, message, code = socket:shutdown("write")

  assert(not done and message)
  same(code, "OperationError")
end)

test("shutdown: another direction is refused", function()
  local a = harness.pair()

  raises("#1 to 'shutdown'", function() a:shutdown("sideways") end)
end)
