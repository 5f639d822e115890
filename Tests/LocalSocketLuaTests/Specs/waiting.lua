-- The blocking API: what each wait answers, and in what state.

local harness = ...
local test, same, fails, pair = harness.test, harness.same, harness.fails, harness.pair
local localsocket = harness.localsocket

local waits <const> = {
  "waitForConnected", "waitForReadyRead", "waitForBytesWritten", "waitForDisconnected",
}

for _, wait in ipairs(waits) do
  test(wait .. " of an unconnected socket fails at once and leaves error() alone", function()
    local socket = localsocket.Socket()
    local errors = 0
    socket:on("errorOccurred", function() errors = errors + 1 end)

    fails(false, "OperationError", socket[wait](socket, -1))

    same(socket:error(), "UnknownSocketError")
    same(errors, 0)
  end)
end

test("waitForConnected of a connected socket is true at once", function()
  same(pair():waitForConnected(0), true)
end)

test("waitForBytesWritten with nothing written fails at once", function()
  fails(false, "OperationError", pair():waitForBytesWritten(-1))
end)

for _, wait in ipairs { "waitForReadyRead", "waitForDisconnected" } do
  test(wait .. " that times out says so, and so does error()", function()
    local a = pair()
    local errors = {}
    a:on("errorOccurred", function(_, name) errors[#errors + 1] = name end)

    fails(false, "SocketTimeoutError", a[wait](a, 1))

    same(errors, { "SocketTimeoutError" })
    same(a:error(), "SocketTimeoutError")
    same(a:state(), "ConnectedState")
  end)
end

test("waitForBytesWritten that times out says so", function()
  local _, client = harness.fullServer()
  fails(false, "OperationError", client:waitForBytesWritten(0))

  local a, b = pair()
  local server = harness.listen()
  -- The peer is a connection that nobody takes in, so that the kernel's room runs out.
  server:setMaxPendingConnections(0)
  local writer = harness.close(assert(localsocket.connect(server:fullServerName())))
  writer:write(("x"):rep(4 << 20))
  while writer:flush() do end
  fails(false, "SocketTimeoutError", writer:waitForBytesWritten(1))
  assert(a and b)
end)

test("waitForConnected that times out emits nothing and goes on connecting", function()
  local _, client = harness.fullServer()
  local errors = 0
  client:on("errorOccurred", function() errors = errors + 1 end)

  fails(false, "SocketTimeoutError", client:waitForConnected(1))

  same(errors, 0)
  same(client:state(), "ConnectingState")
end)

test("waitForReadyRead ends when the peer closes", function()
  local a, b = pair()
  localsocket.spawn(function() b:close() end)

  fails(false, "PeerClosedError", a:waitForReadyRead("10s"))
end)

test("waitForReadyRead ends when another task closes the socket", function()
  local a = pair()
  localsocket.spawn(function() a:close() end)

  fails(false, "OperationError", a:waitForReadyRead("10s"))
end)

for _, ending in ipairs { "close", "abort", "disconnectFromServer" } do
  test(ending .. " by another task ends waitForDisconnected well", function()
    local a = pair()
    localsocket.spawn(function() a[ending](a) end)

    same(a:waitForDisconnected("10s"), true)
  end)
end

test("waitForReadyRead of a connecting socket first waits for the connection", function()
  local server, client = harness.fullServer()
  harness.acceptAll(server, function(connection) connection:write("hello") end)

  same(client:waitForReadyRead("10s"), true)
  same(client:readAll(), "hello")
end)

test("waitForDisconnected keeps what came in", function()
  local a, b = pair()
  b:write("last words")
  b:close()

  same(a:waitForDisconnected("10s"), true)
  same(a:readAll(), "last words")
  fails(nil, "PeerClosedError", a:readAll())
end)

test("waitForDisconnected sends what is queued while the socket closes", function()
  local client, served = harness.connection()
  local text = ("x"):rep(1 << 20)
  client:write(text)
  client:disconnectFromServer()
  same(client:state(), "ClosingState")

  same(client:waitForDisconnected("10s"), true)
  harness.turnUntil(function() return served:state() == "UnconnectedState" end)

  same(served:readAll(), text)
end)

for _, wait in ipairs { "waitForReadyRead", "waitForDisconnected" } do
  test("a second task that calls " .. wait .. " gets OperationError at once", function()
    local a, b = pair()
    local first = localsocket.spawn(function() return a[wait](a, "10s") end)
    harness.turnUntil(function() return first:status() == "waiting" end)

    fails(false, "OperationError", a[wait](a, -1))

    b:write("x")
    b:close()
    same({ first:join("10s") }, { true, true })
  end)
end

-- MARK: Why a wait has failed

---Lets a wait of a socket time out, so that its last error is that.
local function timeOut(socket) fails(false, "SocketTimeoutError", socket:waitForReadyRead(0)) end

---What a wait of another task gives when something ends the session.
local function outcome(socket, wait, ending)
  local results
  localsocket.spawn(function() results = table.pack(wait(socket)) end)
  harness.settle()
  ending()
  harness.turnUntil(function() return results ~= nil end)
  return table.unpack(results, 1, results.n)
end

test("a wait that an abort ends fails with no error of earlier", function()
  local a = pair()
  timeOut(a)

  local message = fails(false, "OperationError",
    outcome(a, function() return a:waitForReadyRead("10s") end, function() a:abort() end))

  assert(message:find("the connection was ended here", 1, true), message)
end)

test("a sendMessage that an abort ends fails with no error of earlier", function()
  local a, b = pair("seqpacket")
  b:setReadBufferSize(1)
  timeOut(a)
  local function send() return a:sendMessage(("x"):rep(1000), { timeout = 0 }) end
  for _ = 1, 3 do while send() do harness.settle() end end

  local message = fails(nil, "OperationError",
    outcome(a, function() return a:sendMessage("x", { timeout = "10s" }) end,
      function() a:abort() end))

  assert(message:find("the connection was ended here", 1, true), message)
end)

test("a wait that the peer ends fails with that, even if a handler connects anew", function()
  local server = harness.listen()
  local client = harness.connect(server)
  local served = harness.accept(server)
  client:once("disconnected", function() client:connectToServer(server:fullServerName()) end)

  fails(false, "PeerClosedError",
    outcome(client, function() return client:waitForReadyRead("10s") end,
      function() served:close() end))

  same(client:state(), "ConnectedState")
end)

test("open while connecting says so, whatever the last error was", function()
  local server = harness.fullServer()
  local client = harness.newSocket()
  client:connectToServer(harness.path())
  client:setServerName(server:serverName())

  for _ = 1, 2 do
    local message = fails(false, "OperationError", client:open())
    assert(message:find("still connecting", 1, true), message)
  end
end)

-- MARK: What no wait could bring

test("receiveMessage of a socket open for writing only is refused at once", function()
  local client = harness.connect(harness.listen(), { mode = "WriteOnly" })

  local message = fails(nil, "OperationError", client:receiveMessage(-1))

  assert(message:find("WriteOnly", 1, true), message)
end)

test("receiveMessage in a transaction is refused at once", function()
  local a = harness.holding("text")
  a:startTransaction()

  local message = fails(nil, "OperationError", a:receiveMessage(-1))

  assert(message:find("transaction", 1, true), message)
  a:rollbackTransaction()
  same(a:receiveMessage(0).data, "text")
end)

-- MARK: Several waits, and connecting

test("a second task that accepts gets OperationError at once", function()
  local server = harness.listen()
  local first = localsocket.spawn(function() return server:accept("10s") end)
  harness.turnUntil(function() return first:status() == "waiting" end)

  fails(nil, "OperationError", server:accept(-1))
  fails(false, "OperationError", select(2, server:waitForNewConnection(-1)))

  harness.close(assert(localsocket.connect(server:fullServerName())))
  local _, connection = first:join("10s")
  harness.close(connection)
end)

test("a wait that a handler of the sending begins is not lost to the one that sends", function()
  local a, b = pair()
  local inner
  a:on("bytesWritten", function() inner = table.pack(a:waitForDisconnected "20s") end)
  a:write "x"

  fails(false, "OperationError", a:waitForDisconnected "20s")

  b:close()
  while not inner do localsocket.step(20000) end
  same(inner[1], true)
end)

test("tasks wait for different things on one socket side by side", function()
  local a, b = pair()
  local reading = localsocket.spawn(function() return a:waitForReadyRead("10s") end)
  local ending = localsocket.spawn(function() return a:waitForDisconnected("10s") end)
  harness.turnUntil(function() return ending:status() == "waiting" end)

  b:write("x")
  same({ reading:join("10s") }, { true, true })
  b:close()

  same({ ending:join("10s") }, { true, true })
end)

test("a wait that another task has abandoned can be begun anew", function()
  local a, b = pair()
  local first = localsocket.spawn(function() a:waitForReadyRead("10s") end)
  harness.turnUntil(function() return first:status() == "waiting" end)
  first:cancel()
  harness.turnUntil(function() return first:status() == "cancelled" end)

  localsocket.spawn(function() b:write("x") end)

  same(a:waitForReadyRead("10s"), true)
end)

test("a socket can wait many times", function()
  local a, b = pair()
  local echo = localsocket.spawn(function()
    while b:waitForReadyRead("10s") do b:write(b:readAll()) end
  end)
  for round = 1, 50 do
    a:write("round " .. round)
    assert(a:waitForReadyRead("10s"))
    same(a:readAll(), "round " .. round)
  end
  a:close()
  assert(echo:join("10s"))
end)

test("connect gives nil, a message and a code when nobody listens", function()
  local path = harness.path()

  local message = fails(nil, "ServerNotFoundError", localsocket.connect(path))

  assert(message:find(path, 1, true), message)
end)

test("connect gives ConnectionRefusedError for a file that is no server", function()
  local path <const> = os.tmpname()

  fails(nil, "ConnectionRefusedError", localsocket.connect(path))

  os.remove(path)
end)

test("connect to a full server gives up in time", function()
  local server = harness.fullServer()

  fails(nil, "SocketTimeoutError", localsocket.connect(server:fullServerName(), { timeout = 1 }))
end)

test("connect honours the mode", function()
  local server = harness.listen()
  local client = harness.close(
    assert(localsocket.connect(server:fullServerName(), { mode = "ReadOnly" })))

  same(client:openMode(), "ReadOnly")
  fails(nil, "OperationError", client:write("x"))
end)

-- MARK: What an earlier error must not explain

---A task that waits, and whose socket has had a time-out before; gives what the wait answers after the
---socket was aborted.
local function answerAfterAbort(socket, wait)
  fails(false, "SocketTimeoutError", socket:waitForReadyRead(0))
  local task = localsocket.spawn(wait)
  harness.settle()
  socket:abort()
  return select(2, task:join("20s"))
end

test("a wait whose socket is aborted does not blame an error before", function()
  local a = pair()

  local answer = answerAfterAbort(a, function()
    return table.pack(a:waitForReadyRead("20s"))
  end)

  fails(false, "OperationError", table.unpack(answer, 1, answer.n))
end)

test("a message whose socket is aborted does not blame an error before", function()
  local writer = harness.blockedWriter()

  local answer = answerAfterAbort(writer, function()
    return table.pack(writer:sendMessage("x", { timeout = "20s" }))
  end)

  fails(nil, "OperationError", table.unpack(answer, 1, answer.n))
end)
