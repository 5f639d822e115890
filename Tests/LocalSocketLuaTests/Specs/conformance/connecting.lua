-- Connecting: the members that begin a connection, and a server whose queue is full.

local harness = ...
local test, same, record, turnUntil = harness.test, harness.same, harness.record, harness.turnUntil
local awaitEnd, newSocket, connect = harness.awaitEnd, harness.newSocket, harness.connect
local accept, connection = harness.accept, harness.connection
local localsocket = harness.localsocket

local operationText <const> =
  "QLocalSocket::connectToserver: Operation not permitted when socket is in this state"

---Asserts that connecting is refused: a signal and a text tell, and nothing else changes.
local function refusesToConnect(socket, connect)
  local state, code, name = socket:state(), socket:error(), socket:serverName()
  local seen = record(socket, "error")
  connect(socket)
  same(seen, { { "errorOccurred OperationError", code } })
  same({ socket:state(), socket:error(), socket:serverName() }, { state, code, name })
  same(socket:errorString(), operationText)
end

test("L1: a new socket is unconnected, closed, unnamed and without an error", function()
  local socket = localsocket.Socket()

  same({ socket:state(), socket:error(), socket:errorString() },
    { "UnconnectedState", "UnknownSocketError", "Unknown error" })
  same({ socket:isOpen(), socket:openMode(), socket:isValid() }, { false, "NotOpen", false })
  same({ socket:serverName(), socket:fullServerName(), socket:socketDescriptor() }, { "", "", -1 })
  same({ socket:bytesAvailable(), socket:bytesToWrite() }, { 0, 0 })
  same({ socket:atEnd(), socket:isSequential(), socket:canReadLine() }, { true, true, false })
  same(socket:readBufferSize(), 0)
end)

test("L2: a collected socket ends its connection", function()
  local peer = harness.close((select(2, localsocket.pair())))

  harness.collectUntil(function() return peer:state() == "UnconnectedState" end)

  same(peer:error(), "PeerClosedError")
end)

-- MARK: L3 and L4, connectToServer

test("L3: connectToServer without a name connects to the name of setServerName", function()
  local server = harness.listen()
  local socket = newSocket()
  socket:setServerName(server:fullServerName())

  socket:connectToServer()

  same({ socket:state(), socket:openMode() }, { "ConnectedState", "ReadWrite" })
end)

test("L3: connecting a connected socket is refused by a signal and a text alone", function()
  local client = connection()
  refusesToConnect(client, function() client:connectToServer() end)
end)

test("L3: connecting a connecting socket is refused likewise", function()
  local _, client = harness.fullServer()
  refusesToConnect(client, function() client:connectToServer() end)
end)

test("L3: connecting a closing socket is refused likewise", function()
  local client = harness.blockedWriter()
  client:disconnectFromServer()
  refusesToConnect(client, function() client:connectToServer() end)
end)

test("L3: no name is no server", function()
  local socket = newSocket()

  socket:connectToServer()

  same({ socket:error(), socket:errorString(), socket:state() },
    { "ServerNotFoundError", "QLocalSocket::connectToServer: Invalid name", "UnconnectedState" })
end)

test("L3: the last error stays until the attempt is over, but its text does not", function()
  local server = harness.listen()
  local socket = newSocket()
  socket:connectToServer(harness.path())
  local seen = record(socket, "error", "errorString")

  socket:connectToServer(server:fullServerName())

  same(seen[1], { "stateChanged ConnectingState", "ServerNotFoundError", "Unknown error" })
  same({ socket:error(), socket:errorString() }, { "UnknownSocketError", "Unknown error" })
end)

test("L3: a connect discards the last session's unread bytes", function()
  local client, served, server = connection()
  served:write("old")
  served:close()
  awaitEnd(client)
  same(client:bytesAvailable(), 3)

  client:connectToServer(server:fullServerName())

  same({ client:bytesAvailable(), client:readAll() }, { 0, "" })
end)

for mode, flags in pairs {
  ReadOnly = { true, false }, WriteOnly = { false, true }, ReadWrite = { true, true },
} do
  test("L3: the mode " .. mode .. " is stored as it is given", function()
    local server = harness.listen()
    local socket = newSocket()

    socket:connectToServer(server:fullServerName(), mode)

    same({ socket:openMode(), socket:isOpen() }, { mode, true })
    same({ socket:isReadable(), socket:isWritable() }, flags)
  end)
end

test("L4: a name given while connected is ignored", function()
  local client = connection()
  refusesToConnect(client, function() client:connectToServer("another") end)
end)

-- MARK: L5, open

test("L5: open says true when it has connected", function()
  local server = harness.listen()
  local socket = newSocket()
  socket:setServerName(server:fullServerName())

  same({ socket:open("ReadOnly"), socket:openMode() }, { true, "ReadOnly" })
end)

test("L5: open says false when it could not connect", function()
  local socket = newSocket()
  socket:setServerName(harness.path())

  same((socket:open()), false)
  same(socket:error(), "ServerNotFoundError")
end)

test("L5: open of a connected socket tells the error and says true", function()
  local client = connection()
  local opened

  refusesToConnect(client, function() opened = client:open() end)

  same(opened, true)
end)

test("L5: open says false while the server's queue is full", function()
  local server = harness.fullServer()
  local socket = newSocket()
  socket:setServerName(server:fullServerName())

  same((socket:open()), false)
  same(socket:state(), "ConnectingState")
end)

-- MARK: L9 to L11, names

test("L9: setServerName stores a name without a signal", function()
  local socket = newSocket()
  local seen = record(socket)

  socket:setServerName("name")

  same({ socket:serverName(), socket:fullServerName(), seen }, { "name", "", {} })
end)

test("L9: setServerName of a connected socket changes nothing", function()
  local client = connection()
  local name = client:serverName()

  client:setServerName("another")

  same(client:serverName(), name)
end)

for _, ending in ipairs { "disconnectFromServer", "close", "abort" } do
  test("L10: " .. ending .. " forgets both names", function()
    local client = connection()

    client[ending](client)

    same({ client:serverName(), client:fullServerName() }, { "", "" })
  end)
end

test("L10: a failed connect forgets the name", function()
  local socket = newSocket()

  socket:connectToServer(harness.path())

  same(socket:serverName(), "")
end)

test("L10: an accepted socket's name is the last component of its path", function()
  local _, served, server = connection()

  same(served:serverName(), server:fullServerName():match("[^/]+$"))
end)

test("L10: an accepted socket of an abstract server has the whole name", function()
  local name = harness.path() .. "/x"
  local server = harness.listen(nil, "@" .. name)
  harness.close(assert(localsocket.connect("@" .. name)))

  local served = accept(server)

  same({ served:serverName(), served:fullServerName() }, { name, name })
end)

test("L11: the resolved name is there while connected and closing", function()
  local client, server = harness.blockedWriter()
  local path = server:fullServerName()
  same(client:fullServerName(), path)

  client:disconnectFromServer()

  same({ client:state(), client:fullServerName() }, { "ClosingState", path })
end)

test("L11: there is no resolved name while connecting", function()
  local _, client = harness.fullServer()

  same(client:fullServerName(), "")
end)

test("L11: a socket of an unnamed pair has no names", function()
  local a = harness.pair()

  same({ a:serverName(), a:fullServerName() }, { "", "" })
end)

-- MARK: §5, a full queue

test("§5: connecting to a server whose queue is full goes on connecting", function()
  local _, client = harness.fullServer()

  same({ client:state(), client:isOpen(), client:socketDescriptor() },
    { "ConnectingState", false, -1 })
end)

test("§5: a listener admits one more than its backlog", function()
  local server = harness.listen { backlog = 2 }
  server:setMaxPendingConnections(0)
  local states = {}
  for index = 1, 4 do
    local socket = newSocket()
    socket:connectToServer(server:fullServerName())
    states[index] = socket:state()
  end

  same(states, { "ConnectedState", "ConnectedState", "ConnectedState", "ConnectingState" })
end)

test("§5: the socket connects when the server accepts somebody", function()
  local server, client = harness.fullServer()
  local seen = record(client)
  harness.acceptAll(server)

  turnUntil(function() return client:state() == "ConnectedState" end)

  same(seen, { "stateChanged ConnectedState", "connected" })
end)

test("§5: the socket is refused when the listener goes", function()
  local server, client = harness.fullServer("@" .. harness.path())
  local seen = record(client, "state")

  server:close()
  awaitEnd(client)

  same(seen, {
    { "errorOccurred ConnectionRefusedError", "ConnectingState" },
    { "stateChanged UnconnectedState", "UnconnectedState" },
  })
end)

if not harness.isEmbedded then
  -- Elsewhere other tests use the processor time of this process.
  test("§5: the loop rests while a socket waits for a full queue", function()
    harness.fullServer()
    local before = os.clock()

    localsocket.sleep(40)

    local spent = os.clock() - before
    assert(spent < 0.03, spent)
  end)
end
