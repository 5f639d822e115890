-- Servers: listening, closing, and what they say of themselves.

local harness = ...
local test, same, fails, turnUntil = harness.test, harness.same, harness.fails, harness.turnUntil
local settle, awaitEnd, newServer = harness.settle, harness.awaitEnd, harness.newServer
local connect, accept, connection = harness.connect, harness.accept, harness.connection
local shell, duplicate, directory = harness.shell, harness.duplicate, harness.directory
local localsocket = harness.localsocket

---A server with so many connections that it has accepted and nobody has taken.
local function serverWithPending(count)
  local server = harness.listen()
  local seen = 0
  server:on("newConnection", function() seen = seen + 1 end)
  local clients = {}
  for index = 1, count do clients[index] = connect(server) end
  turnUntil(function() return seen == count end)
  return server, clients
end

test("R1: a new server does not listen and has Qt's defaults", function()
  local server = localsocket.Server()

  same({ server:isListening(), server:serverName(), server:fullServerName() }, { false, "", "" })
  same({ server:serverError(), server:errorString() }, { "UnknownSocketError", "" })
  same({ server:maxPendingConnections(), server:listenBacklogSize() }, { 30, 50 })
  same({ server:hasPendingConnections(), server:nextPendingConnection() }, { false, nil })
  same({ server:socketDescriptor(), server:socketOptions() }, { -1, {} })
end)

test("R2: a collected server stops listening, and the sockets that it accepted live on", function()
  local path = harness.path()
  local server = assert(localsocket.listen(path))
  local client = harness.close(assert(localsocket.connect(path)))
  local served = accept(server)
  server = nil
  harness.collectUntil(function() return not localsocket.connect(path) end)
  client:write("hello")
  assert(served:waitForReadyRead("10s"))

  same(served:readAll(), "hello")
end)

-- MARK: R3, listening at a name

test("R3: listening again fails and changes nothing", function()
  local server = harness.listen()
  local name = server:serverName()

  same((server:listen(harness.path())), false)

  same({ server:isListening(), server:serverName(), server:serverError() },
    { true, name, "UnknownSocketError" })
end)

test("R3: no name is a name error", function()
  local server = newServer()

  fails(false, "HostNotFoundError", server:listen(""))

  same({ server:serverError(), server:errorString() },
    { "HostNotFoundError", "QLocalServer::listen: Name error" })
end)

test("R3: success clears the error of an earlier failure", function()
  local server = newServer()
  server:listen("")

  assert(server:listen(harness.path()))

  same({ server:serverError(), server:errorString() }, { "UnknownSocketError", "" })
end)

-- MARK: R4, listening with a descriptor

---A server that listens with another descriptor of a listening socket.
local function adopting(original)
  local server = newServer()
  assert(server:listen(duplicate(original:socketDescriptor())))
  return server
end

test("R4: a server adopts a listening descriptor, with the kernel's names", function()
  local original = harness.listen()
  local path = original:fullServerName()

  local server = adopting(original)

  same({ server:isListening(), server:fullServerName(), server:serverName() },
    { true, path, path:match("[^/]+$") })
end)

test("R4: an adopted listener accepts", function()
  local original = harness.listen()
  original:setMaxPendingConnections(0)
  local server = adopting(original)
  local client = harness.close(assert(localsocket.connect(server:fullServerName())))

  local served = accept(server)
  client:write("hello")
  assert(served:waitForReadyRead("10s"))

  same(served:readAll(), "hello")
end)

test("R4: an adopted abstract listener has the whole name and the option", function()
  local name = harness.path()
  local server = adopting(harness.listen(nil, "@" .. name))

  same({ server:serverName(), server:fullServerName(), server:socketOptions() },
    { name, name, { "AbstractNamespaceOption" } })
end)

test("R4: an adopted listener's file stays when it is closed", function()
  local original = harness.listen()
  local path = original:fullServerName()

  adopting(original):close()

  same({ shell("test -S %s && echo there", path), original:isListening() }, { "there", true })
end)

test("R4: what is no listening local socket is refused", function()
  local connected = harness.pair()
  for _, number in ipairs { -1, 9999, connected:socketDescriptor() } do
    local server = newServer()
    local done, message, code = server:listen(number)
    same({ done, type(message), type(code), server:isListening() },
      { false, "string", "string", false })
  end
  same(connected:state(), "ConnectedState")
end)

-- MARK: R5 to R10, closing and what a server says of itself

test("R5: closing a server that does not listen keeps its error", function()
  local server = newServer()
  server:listen("")

  server:close()

  same(server:serverError(), "HostNotFoundError")
end)

test("R5: close clears names and errors and removes the file", function()
  local server = harness.listen()
  local path = server:fullServerName()

  server:close()

  same({ server:isListening(), server:serverName(), server:fullServerName() }, { false, "", "" })
  same({ server:serverError(), server:errorString(), server:socketDescriptor() },
    { "UnknownSocketError", "", -1 })
  fails(nil, "ServerNotFoundError", localsocket.connect(path))
end)

test("R5: close ends the connections that nobody took", function()
  local server, clients = serverWithPending(2)

  server:close()

  for _, client in ipairs(clients) do
    awaitEnd(client)
    same(client:error(), "PeerClosedError")
  end
end)

test("R5: close ends the connections that wait in the kernel", function()
  local server = harness.listen()
  server:setMaxPendingConnections(0)
  local client = connect(server)

  server:close()
  awaitEnd(client)

  same(client:error(), "PeerClosedError")
end)

test("R5: close leaves the connections that were taken alone", function()
  local client, served, server = connection()

  server:close()
  settle()

  same({ client:state(), served:state() }, { "ConnectedState", "ConnectedState" })
end)

test("R6: a server listens from a successful listen until it is closed", function()
  local server = newServer()
  local before = server:isListening()
  assert(server:listen(harness.path()))
  local between = server:isListening()
  server:close()

  same({ before, between, server:isListening() }, { false, true, false })
end)

test("R7: serverName is the name as it was given", function()
  local name = harness.path():match("[^/]+$")

  same(harness.listen(nil, name):serverName(), name)
end)

test("R8: fullServerName is the resolved name", function()
  local name = harness.path():match("[^/]+$")
  local server = harness.listen(nil, name)
  local temporary = (os.getenv("TMPDIR") or "/tmp"):gsub("/+$", "")

  same(server:fullServerName(), temporary .. "/" .. name)
end)

test("R9: serverError and errorString are those of the last failure", function()
  local server = harness.listen()
  local second = newServer()
  second:listen("")
  second:listen(server:fullServerName())

  same({ second:serverError(), second:errorString() },
    { "AddressInUseError", "QLocalServer::listen: Address in use" })
end)

-- MARK: R21 and R22

test("R21: there is a descriptor while the server listens", function()
  local server = harness.listen()
  local number = server:socketDescriptor()
  server:close()

  assert(number >= 0)
  same(server:socketDescriptor(), -1)
end)

test("R22: removeServer removes the file, and is true when there is none", function()
  local server = harness.listen()
  local path = server:fullServerName()

  same({ localsocket.removeServer(path), io.open(path), localsocket.removeServer(path) },
    { true, nil, true })
end)

test("R22: removeServer of a directory says why it is still there", function()
  local path = directory()
  local results = table.pack(localsocket.removeServer(path))

  same({ results.n, results[1] }, { 3, false })
  assert(results[2]:find(path, 1, true), results[2])
  assert(localsocket[results[3]] == results[3], results[3])
end)

test("R22: removeServer of an abstract name is true and does nothing", function()
  local server = harness.listen(nil, "@" .. harness.path())

  same(localsocket.removeServer(server:serverName()), true)

  connect(server)
end)
