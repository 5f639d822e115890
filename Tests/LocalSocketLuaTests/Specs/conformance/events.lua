-- The sequences of signals that begin outside: the peer, time-outs, data and connections.

local harness = ...
local test, same, record, turnUntil = harness.test, harness.same, harness.record, harness.turnUntil
local settle, awaitEnd, connect = harness.settle, harness.awaitEnd, harness.connect
local accept, connection = harness.accept, harness.connection

-- MARK: Q7, Q8, the peer

test("Q7: the peer's close tells its data, then the error, then the end", function()
  local client, served = connection()
  local name = client:serverName()
  local seen = record(client, "state", "isOpen", "bytesAvailable", "serverName")

  served:write("last")
  served:close()
  awaitEnd(client)

  same(seen, {
    { "readyRead", "ConnectedState", true, 4, name },
    { "errorOccurred PeerClosedError", "ConnectedState", true, 4, name },
    { "stateChanged ClosingState", "ClosingState", true, 4, name },
    { "stateChanged UnconnectedState", "UnconnectedState", true, 4, "" },
    { "readChannelFinished", "UnconnectedState", true, 4, "" },
    { "disconnected", "UnconnectedState", true, 4, "" },
  })
  same({ client:error(), client:errorString() },
    { "PeerClosedError", "QLocalSocket: Remote closed" })
end)

test("Q7: the descriptor's number is there in the error's handler and gone afterwards", function()
  local client, served = connection()
  local descriptor = client:socketDescriptor()
  local seen = record(client, "socketDescriptor")

  served:close()
  awaitEnd(client)

  same(seen, {
    { "errorOccurred PeerClosedError", descriptor }, { "stateChanged ClosingState", -1 },
    { "stateChanged UnconnectedState", -1 }, { "readChannelFinished", -1 }, { "disconnected", -1 },
  })
end)

test("Q7: pending writes are counted until disconnected returns, and then dropped", function()
  local client, server = harness.blockedWriter()
  local served = accept(server)
  local pending = client:bytesToWrite()
  local seen = record(client, "bytesToWrite")

  served:abort()
  awaitEnd(client)

  same(seen, {
    { "errorOccurred PeerClosedError", pending }, { "stateChanged ClosingState", pending },
    { "stateChanged UnconnectedState", pending }, { "readChannelFinished", pending },
    { "disconnected", pending },
  })
  assert(pending > 0)
  same(client:bytesToWrite(), 0)
end)

test("Q8: a write that fails takes in what is there and ends as the peer's close does", function()
  local client, served = connection()
  served:write("last words")
  served:flush()
  served:close()
  client:write("too late")
  local seen = record(client, "state", "bytesAvailable")

  same(client:flush(), false)

  same(seen, {
    { "readyRead", "ConnectedState", 10 },
    { "errorOccurred PeerClosedError", "ConnectedState", 10 },
    { "stateChanged ClosingState", "ClosingState", 10 },
    { "stateChanged UnconnectedState", "UnconnectedState", 10 },
    { "readChannelFinished", "UnconnectedState", 10 },
    { "disconnected", "UnconnectedState", 10 },
  })
  same(client:readAll(), "last words")
end)

-- MARK: Q9, time-outs

for _, wait in ipairs { "waitForReadyRead", "waitForBytesWritten", "waitForDisconnected" } do
  for _, time in ipairs { 0, 1 } do
    local what = ("Q9: %s(%d) that times out"):format(wait, time)
    test(what .. " tells the error and leaves the state", function()
      local client = harness.blockedWriter()
      local seen = record(client, "state", "isOpen", "error", "errorString")

      harness.fails(false, "SocketTimeoutError", client[wait](client, time))

      same(seen, {
        { "errorOccurred SocketTimeoutError", "ConnectedState", true, "SocketTimeoutError",
          "QLocalSocket: Socket operation timed out" },
      })
    end)
  end
end

test("Q9: a time-out's error stays until a connect succeeds", function()
  local client, _, server = connection()
  client:waitForReadyRead(0)
  client:disconnectFromServer()
  same(client:error(), "SocketTimeoutError")

  client:connectToServer(server:fullServerName())

  same(client:error(), "UnknownSocketError")
end)

test("Q9: waitForConnected that times out tells nothing", function()
  local _, client = harness.fullServer()
  local seen = record(client)

  harness.fails(false, "SocketTimeoutError", client:waitForConnected(0))

  same({ seen, client:state(), client:error() }, { {}, "ConnectingState", "UnknownSocketError" })
end)

-- MARK: Q10, Q11, data

test("Q10: bytes that came in several writes are read at once and told once", function()
  local a, b = harness.pair()
  for _, text in ipairs { "one", "two", "three" } do
    b:write(text)
    b:flush()
  end
  local seen = record(a, "bytesAvailable")

  turnUntil(function() return #seen > 0 end)
  settle()

  same(seen, { { "readyRead", 11 } })
end)

test("Q10: one read takes all that the kernel had, however much it is", function()
  local a, b = harness.pair()
  b:write(("x"):rep(150000))
  repeat until not b:flush()
  local seen = record(a, "bytesAvailable")

  turnUntil(function() return #seen > 0 end)
  settle()

  same(seen, { { "readyRead", 150000 } })
end)

test("Q10: one read takes no more than the limit", function()
  local a, b = harness.pair()
  a:setReadBufferSize(100000)
  b:write(("x"):rep(150000))
  repeat until not b:flush()
  local seen = record(a, "bytesAvailable")

  turnUntil(function() return #seen > 0 end)
  settle()

  same(seen, { { "readyRead", 100000 } })
end)

test("Q10: bytes and the end that are both there are told one after the other", function()
  local a, b = harness.pair()
  b:write("last")
  b:close()
  local seen = record(a)

  turnUntil(function() return #seen > 0 end)
  same(seen, { "readyRead" })
  awaitEnd(a)

  same(seen[2], "errorOccurred PeerClosedError")
end)

test("Q11: the counts of bytesWritten add up to what was written", function()
  local a, b = harness.pair()
  local sum = 0
  a:on("bytesWritten", function(_, count)
    assert(count > 0)
    sum = sum + count
  end)
  b:on("readyRead", function() b:readAll() end)

  for _, size in ipairs { 1, 16384, 300000, 2 } do a:write(("x"):rep(size)) end
  turnUntil(function() return a:bytesToWrite() == 0 end)

  same(sum, 316387)
end)

-- MARK: Q12, accepting

test("Q12: an accepted socket is connected and open before newConnection is told", function()
  local server = harness.listen()
  local seen
  server:on("newConnection", function()
    local pending = server:hasPendingConnections()
    local socket = harness.close(server:nextPendingConnection())
    seen = { pending, socket:state(), socket:openMode(), socket:isOpen(), record(socket) }
  end)

  connect(server)
  turnUntil(function() return seen end)
  settle()

  same(seen, { true, "ConnectedState", "ReadWrite", true, {} })
end)
