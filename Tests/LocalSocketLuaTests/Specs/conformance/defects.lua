-- Where Qt is broken and this module is not.

local harness = ...
local test, same, fails, record = harness.test, harness.same, harness.fails, harness.record
local turnUntil, settle, awaitEnd = harness.turnUntil, harness.settle, harness.awaitEnd
local newSocket, newServer, connect = harness.newSocket, harness.newServer, harness.connect
local accept, connection, shell = harness.accept, harness.connection, harness.shell
local localsocket = harness.localsocket

---Asserts that a client talks to the next connection of a server.
local function talks(client, server)
  same(client:state(), "ConnectedState")
  local served = accept(server)
  client:write("hello")
  assert(served:waitForReadyRead("10s"))
  same(served:readAll(), "hello")
  served:write("answer")
  assert(client:waitForReadyRead("10s"))
  same(client:readAll(), "answer")
end

test("§11.1: a disconnect is graceful although the session before was aborted", function()
  local client, _, server = connection()
  client:abort()
  client:connectToServer(server:fullServerName())
  local served = accept(server)

  client:write("hello")
  client:disconnectFromServer()
  same(client:state(), "ClosingState")
  awaitEnd(served)

  same(served:readAll(), "hello")
end)

test("§11.1: a disconnect is graceful although the session before broke in a write", function()
  local client, first, server = connection()
  first:close()
  client:write("x")
  client:flush()
  client:connectToServer(server:fullServerName())
  local served = accept(server)

  client:write("hello")
  client:disconnectFromServer()
  awaitEnd(served)

  same(served:readAll(), "hello")
end)

for _, ending in ipairs { "disconnectFromServer", "close", "abort" } do
  test("§11.2: " .. ending .. " gives up an attempt that waits for a full queue", function()
    local _, client = harness.fullServer()
    local seen = record(client)

    client[ending](client)
    settle()

    same(seen, { "stateChanged UnconnectedState", "readChannelFinished" })
    same({ client:state(), client:socketDescriptor() }, { "UnconnectedState", -1 })
  end)
end

-- MARK: 5, connecting again in a handler

test("§11.5: a handler of disconnected can connect again", function()
  local client, served, server = connection()
  client:once("disconnected", function() client:connectToServer(server:fullServerName()) end)

  served:close()
  turnUntil(function() return not served:isValid() and client:state() == "ConnectedState" end)

  talks(client, server)
end)

test("§11.5: a handler of stateChanged can connect again", function()
  local client, _, server = connection()
  local isFirst = true
  client:on("stateChanged", function(_, state)
    if state == "UnconnectedState" and isFirst then
      isFirst = false
      client:connectToServer(server:fullServerName())
    end
  end)

  client:disconnectFromServer()

  talks(client, server)
end)

test("§11.5: a handler of a failed connect's error can connect elsewhere", function()
  local server = harness.listen()
  local client = newSocket()
  client:once("errorOccurred", function() client:connectToServer(server:fullServerName()) end)

  client:connectToServer(harness.path())

  talks(client, server)
end)

test("§11.5: a handler of the peer's close can connect again", function()
  local client, served, server = connection()
  client:once("errorOccurred", function() client:connectToServer(server:fullServerName()) end)

  served:close()
  turnUntil(function() return server:hasPendingConnections() end)

  talks(client, server)
end)

test("§11.5: a handler that always tries again does not call itself without end", function()
  local path = harness.path()
  local client = newSocket()
  local calls, depth, deepest = 0, 0, 0
  client:on("errorOccurred", function()
    calls, depth = calls + 1, depth + 1
    deepest = math.max(deepest, depth)
    if calls < 50 then client:connectToServer(path) end
    depth = depth - 1
  end)

  client:connectToServer(path)
  turnUntil(function() return calls == 50 end)

  assert(deepest < 5, deepest)
end)

-- MARK: 6 to 12

test("§11.6: a closing socket refuses to connect, and what it has to send arrives", function()
  local client, served, server = connection()
  client:write("hello")
  client:disconnectFromServer()
  local seen = record(client)

  client:connectToServer(server:fullServerName())
  same(seen, { "errorOccurred OperationError" })
  awaitEnd(served)

  same(served:readAll(), "hello")
end)

test("§11.7: close leaves another's file at its path alone", function()
  local server = harness.listen()
  local path = server:fullServerName()
  os.remove(path)
  shell("echo kept > %s", path)

  server:close()

  same(shell("cat %s", path), "kept")
  os.remove(path)
end)

test("§11.7: close leaves another server's socket at its path alone", function()
  local first = harness.listen()
  local path = first:fullServerName()
  localsocket.removeServer(path)
  local second = harness.listen(nil, path)

  first:close()

  harness.close(assert(localsocket.connect(path)))
  same(second:isListening(), true)
end)

test("§11.7: a server with access options does not take a live server's place", function()
  local live = harness.listen()
  local server = newServer()
  server:setSocketOptions { "UserAccessOption" }

  fails(false, "AddressInUseError", server:listen(live:fullServerName()))

  harness.close(assert(localsocket.connect(live:fullServerName())))
  same({ live:waitForNewConnection("10s") }, { true, false })
end)

test("§11.7: a server with access options does not replace a file", function()
  local path = os.tmpname()
  shell("echo kept > %s", path)
  local server = newServer()
  server:setSocketOptions { "WorldAccessOption" }

  fails(false, "AddressInUseError", server:listen(path))

  same(shell("cat %s", path), "kept")
  os.remove(path)
end)

test("§11.8: a broken pipe keeps what the peer had sent", function()
  local a, b = harness.pair()
  b:write("last words")
  b:flush()
  b:close()
  a:write("x")

  a:flush()

  same({ a:state(), a:readAll() }, { "UnconnectedState", "last words" })
end)

test("§11.9: a socket is not valid after a disconnect", function()
  local client, served = connection()
  client:disconnectFromServer()
  awaitEnd(served)

  same({ client:isValid(), served:isValid() }, { false, false })
end)

test("§11.10: success clears a server's error", function()
  local server = newServer()
  server:listen("")

  assert(server:listen(harness.path()))

  same({ server:serverError(), server:errorString() }, { "UnknownSocketError", "" })
end)

for what, name in pairs {
  ["holds NUL"] = "/tmp/a\0b", ["is too long"] = "/tmp/" .. ("x"):rep(300),
} do
  test("§11.11: a name that " .. what .. " is a name error", function()
    local server = newServer()

    fails(false, "HostNotFoundError", server:listen(name))

    same(server:errorString(), "QLocalServer::listen: Name error")
  end)
end

test("§11.12: a failed listen removes nothing", function()
  local path = os.tmpname()
  local server = newServer()

  fails(false, "AddressInUseError", server:listen(path))
  fails(false, "HostNotFoundError", server:listen(path .. "/x"))

  local file <close> = assert(io.open(path))
  os.remove(path)
end)

-- MARK: 14 to 16

for _, wait in ipairs { "waitForReadyRead", "waitForDisconnected" } do
  test("§11.14: " .. wait .. " of a connecting socket connects first", function()
    local server, client = harness.fullServer()
    harness.acceptAll(server, function(socket)
      socket:write("hello")
      socket:close()
    end)

    same(client[wait](client, "10s"), true)
  end)
end

test("§11.14: a wait of a connecting socket tells why it could not connect", function()
  local server, client = harness.fullServer("@" .. harness.path())
  localsocket.spawn(function() server:close() end)

  fails(false, "ConnectionRefusedError", client:waitForReadyRead("10s"))
end)

test("§11.15: the queue of pending connections never exceeds its limit", function()
  local server = harness.listen()
  local accepted = 0
  server:on("newConnection", function() accepted = accepted + 1 end)
  server:setMaxPendingConnections(1)
  for _ = 1, 3 do connect(server) end

  turnUntil(function() return accepted > 0 end)
  settle()

  same(accepted, 1)
end)

for _, ending in ipairs { "close", "abort" } do
  test("§11.16: " .. ending .. " tells aboutToClose once", function()
    local client = connection()
    local count = 0
    client:on("aboutToClose", function() count = count + 1 end)

    client[ending](client)
    client[ending](client)

    same(count, 1)
  end)
end
