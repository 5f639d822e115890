-- Servers: listening, accepting, and what goes wrong.

local harness = ...
local test, same, fails = harness.test, harness.same, harness.fails
local localsocket = harness.localsocket

local function connect(server)
  return harness.close(assert(localsocket.connect(server:fullServerName())))
end

test("a new server does not listen", function()
  local server = localsocket.Server()
  same({ server:isListening(), server:serverName(), server:fullServerName() }, { false, "", "" })
  same({ server:hasPendingConnections(), server:socketDescriptor() }, { false, -1 })
  same({ server:serverError(), server:errorString() }, { "UnknownSocketError", "" })
  same({ server:maxPendingConnections(), server:listenBacklogSize() }, { 30, 50 })
  same(server:nextPendingConnection(), nil)
end)

test("a server that listens has its names and a descriptor", function()
  local path = harness.path()
  local server = harness.close(localsocket.Server())

  same(server:listen(path), true)

  same({ server:isListening(), server:serverName(), server:fullServerName() }, { true, path, path })
  assert(server:socketDescriptor() >= 0)
end)

test("a name in use fails with AddressInUseError", function()
  local first = harness.listen()
  local second = localsocket.Server()
  local path = first:fullServerName()

  fails(false, "AddressInUseError", second:listen(path))

  same({ second:serverError(), second:errorString(), second:isListening() },
    { "AddressInUseError", "QLocalServer::listen: Address in use", false })
  local message = fails(nil, "AddressInUseError", localsocket.listen(path))
  assert(message:find(path, 1, true), message)
  connect(first)
end)

test("names that cannot be bound fail with HostNotFoundError", function()
  for _, name in ipairs { "", "/nonexistent/directory/x", "/tmp/" .. ("x"):rep(256), "/tmp/a\0b" } do
    fails(nil, "HostNotFoundError", localsocket.listen(name))
    local server = localsocket.Server()
    fails(false, "HostNotFoundError", server:listen(name))
    same(server:errorString(), "QLocalServer::listen: Name error")
  end
end)

test("listening again without closing fails", function()
  local server = harness.listen()
  local answer = server:listen(harness.path())
  same(answer, false)
  same(server:isListening(), true)
end)

test("close removes the file and refuses those who come", function()
  local server = harness.listen()
  local path = server:fullServerName()

  server:close()

  same(io.open(path), nil)
  fails(nil, "ServerNotFoundError", localsocket.connect(path))
  same({ server:isListening(), server:serverName() }, { false, "" })
end)

test("a closed server can listen again", function()
  local server = harness.listen()
  local path = server:fullServerName()
  server:close()

  assert(server:listen(path))

  connect(server)
  harness.close(assert(server:accept("10s")))
end)

test("close leaves the sockets that were taken alone", function()
  local client, served, server = harness.connection()
  server:close()

  client:write("hello")

  assert(served:waitForReadyRead("10s"))
  same(served:readAll(), "hello")
end)

test("close ends the connections that nobody took", function()
  local server = harness.listen()
  local client = connect(server)
  harness.turnUntil(function() return server:hasPendingConnections() end)

  server:close()

  same(client:waitForDisconnected("10s"), true)
end)

test("removeServer removes what a dead server left", function()
  local server = harness.listen()
  local path = server:fullServerName()

  same(localsocket.removeServer(path), true)
  fails(nil, "ServerNotFoundError", localsocket.connect(path))
  same(localsocket.removeServer(path), true)
end)

test("accept gives connections in the order in which they came", function()
  local server = harness.listen()
  for _, text in ipairs { "first", "second" } do connect(server):write(text) end

  for _, text in ipairs { "first", "second" } do
    local connection = harness.close(assert(server:accept("10s")))
    assert(connection:waitForReadyRead("10s"))
    same(connection:readAll(), text)
  end
end)

test("accept of a server that does not listen fails", function()
  local server = localsocket.Server()
  fails(nil, "OperationError", server:accept(-1))
  fails(false, "OperationError", select(2, server:waitForNewConnection(-1)))
end)

test("accept times out", function()
  fails(nil, "SocketTimeoutError", harness.listen():accept(1))
end)

test("accept ends when the server is closed", function()
  local server = harness.listen()
  localsocket.spawn(function() server:close() end)

  fails(nil, "OperationError", server:accept("10s"))
end)

test("accept waits on when somebody else takes the connection", function()
  local server = harness.listen()
  local taken = 0
  server:once("newConnection", function()
    if harness.close(server:nextPendingConnection()) then taken = taken + 1 end
  end)
  local task = localsocket.spawn(function() return server:accept("10s") end)
  harness.settle()
  connect(server)
  harness.turnUntil(function() return taken == 1 end)
  harness.settle()
  same(task:status(), "waiting")

  connect(server):write("second")

  local _, connection = task:join("10s")
  harness.close(connection)
  assert(connection:waitForReadyRead("10s"))
  same(connection:readAll(), "second")
end)

test("accept can lose a hundred connections in a row, also where it cannot yield", function()
  local function acceptLast()
    local server = harness.listen()
    local calls = 0
    server:on("newConnection", function()
      calls = calls + 1
      if calls <= 100 then harness.close(server:nextPendingConnection()) end
    end)
    localsocket.spawn(function()
      for count = 1, 101 do
        connect(server)
        harness.turnUntil(function() return calls == count end)
      end
    end)
    return harness.close(assert(server:accept("20s")))
  end
  acceptLast()
  table.sort({ 2, 1 }, function(a, b)
    acceptLast()
    return a < b
  end)
end)

test("accept that loses its connection still ends with its time and with the server", function()
  local server = harness.listen()
  server:on("newConnection", function() server:nextPendingConnection():close() end)
  local task = localsocket.spawn(function() return server:accept(50) end)
  harness.settle()
  connect(server)
  local _, connection, _, code = task:join("10s")
  same({ connection, code }, { nil, "SocketTimeoutError" })

  task = localsocket.spawn(function() return server:accept("10s") end)
  harness.settle()
  connect(server)
  harness.settle()
  server:close()

  local message
  _, connection, message, code = task:join("10s")
  same({ connection, code }, { nil, "OperationError" })
  assert(message:find("was closed", 1, true), message)
end)

test("waitForNewConnection says whether one is there and whether the time was up", function()
  local server = harness.listen()
  same({ server:waitForNewConnection() }, { false, true })
  same({ server:waitForNewConnection(1) }, { false, true })
  connect(server)
  same({ server:waitForNewConnection("10s") }, { true, false })
  harness.close(server:nextPendingConnection())
  same(server:hasPendingConnections(), false)
end)

test("newConnection is emitted once for each connection", function()
  local server = harness.listen()
  local calls = 0
  server:on("newConnection", function()
    calls = calls + 1
    harness.close(server:nextPendingConnection())
  end)
  for _ = 1, 3 do connect(server) end

  harness.turnUntil(function() return calls == 3 end)
  harness.settle()

  same(calls, 3)
end)

test("onConnection is called with each connection, and may wait", function()
  local server = harness.listen {
    onConnection = function(connection, extra)
      assert(extra == nil)
      while connection:waitForReadyRead("10s") do
        connection:write((connection:readAll():upper()))
      end
    end,
  }
  local clients = { connect(server), connect(server) }
  for index, client in ipairs(clients) do client:write("hello " .. index) end

  for index, client in ipairs(clients) do
    assert(client:waitForReadyRead("10s"))
    same(client:readAll(), "HELLO " .. index)
  end
end)

test("a socket that onConnection was given lives on through its handlers", function()
  local server = harness.listen {
    onConnection = function(connection)
      connection:on("readyRead", function() connection:write(connection:readAll()) end)
    end,
  }
  local client = connect(server)
  client:write("one")
  assert(client:waitForReadyRead("10s"))
  collectgarbage()
  collectgarbage()
  client:readAll()

  client:write("two")
  assert(client:waitForReadyRead("10s"))

  same(client:readAll(), "two")
end)

test("maxPendingConnections and listenBacklogSize are kept", function()
  local server = localsocket.Server()
  server:setMaxPendingConnections(3)
  server:setListenBacklogSize(7)
  same({ server:maxPendingConnections(), server:listenBacklogSize() }, { 3, 7 })
end)

test("many clients are served by one task each", function()
  local server = harness.listen()
  localsocket.spawn(function()
    while true do
      local connection = server:accept(-1)
      if not connection then return end
      localsocket.spawn(function()
        local held <close> = connection
        assert(held:waitForReadyRead("10s"))
        held:write(held:readAll())
      end)
    end
  end)
  local tasks = {}
  for index = 1, 20 do
    tasks[index] = localsocket.spawn(function()
      local client <close> = assert(localsocket.connect(server:fullServerName()))
      client:write("client " .. index)
      assert(client:waitForReadyRead("10s"))
      return client:readAll()
    end)
  end
  for index, task in ipairs(tasks) do
    same({ task:join("10s") }, { true, "client " .. index })
  end
end)

test("leaving a scope closes a server", function()
  local path = harness.path()
  do
    local _ <close> = assert(localsocket.listen(path))
  end
  fails(nil, "ServerNotFoundError", localsocket.connect(path))
end)
