-- The sequences of signals of what a socket does itself, and what a handler of each sees.

local harness = ...
local test, same, record, awaitEnd = harness.test, harness.same, harness.record, harness.awaitEnd
local awaitBytes, newSocket, connection = harness.awaitBytes, harness.newSocket, harness.connection
local localsocket = harness.localsocket

---A connected socket whose peer has sent it bytes that it has taken in.
local function socketWithUnread(text)
  local client, served, server = connection()
  served:write(text)
  awaitBytes(client, #text)
  return client, served, server
end

-- MARK: Q1, connecting

test("Q1: a successful connect tells connecting, connected and connected()", function()
  local server = harness.listen()
  local name = server:fullServerName()
  local client = newSocket()
  local seen = record(client, "state", "isOpen", "bytesAvailable", "serverName", "fullServerName")

  client:connectToServer(name)

  same(seen, {
    { "stateChanged ConnectingState", "ConnectingState", false, 0, name, "" },
    { "stateChanged ConnectedState", "ConnectedState", false, 0, name, name },
    { "connected", "ConnectedState", true, 0, name, name },
  })
end)

test("Q1: until connected() nothing can be written and there is no descriptor", function()
  local server = harness.listen()
  local client = newSocket()
  local seen = {}
  client:on("stateChanged", function(_, state)
    local written, _, code = client:write("x")
    seen[#seen + 1] = { state, written or code, client:socketDescriptor() }
  end)
  client:on("connected", function()
    seen[#seen + 1] = { "connected", client:write("x"), client:socketDescriptor() >= 0 }
  end)

  client:connectToServer(server:fullServerName())

  same(seen, {
    { "ConnectingState", "OperationError", -1 },
    { "ConnectedState", "OperationError", -1 },
    { "connected", 1, true },
  })
end)

test("Q1: unread bytes of the last session are gone when connected, not before", function()
  local client, served, server = socketWithUnread("hello")
  served:close()
  awaitEnd(client)
  local seen = record(client, "isOpen", "bytesAvailable")

  client:connectToServer(server:fullServerName())

  same(seen, {
    { "stateChanged ConnectingState", true, 5 },
    { "stateChanged ConnectedState", true, 0 },
    { "connected", true, 0 },
  })
end)

-- MARK: Q2, failing to connect

test("Q2: a failed connect tells the error while the state is still connecting", function()
  local path = harness.path()
  local client = localsocket.Socket()
  local seen = record(client, "state", "error", "errorString", "isOpen", "serverName")

  client:connectToServer(path)

  local text <const> = "QLocalSocket::connectToServer: Invalid name"
  same(seen, {
    { "stateChanged ConnectingState", "ConnectingState", "UnknownSocketError", "Unknown error",
      false, path },
    { "errorOccurred ServerNotFoundError", "ConnectingState", "ServerNotFoundError", text,
      false, path },
    { "stateChanged UnconnectedState", "UnconnectedState", "ServerNotFoundError", text, false, "" },
  })
end)

test("Q2: a failed connect of a device that was still open closes it in between", function()
  local client = connection()
  client:disconnectFromServer()
  local seen = record(client, "state", "isOpen")

  client:connectToServer(harness.path())

  same(seen, {
    { "stateChanged ConnectingState", "ConnectingState", true },
    { "errorOccurred ServerNotFoundError", "ConnectingState", true },
    { "aboutToClose", "UnconnectedState", true },
    { "stateChanged UnconnectedState", "UnconnectedState", false },
  })
end)

-- MARK: Q3, Q4, disconnecting

test("Q3: disconnecting with nothing to write tells all within the call", function()
  local client = socketWithUnread("hello")
  local name = client:serverName()
  local seen = record(client, "isOpen", "isValid", "bytesAvailable", "serverName")

  client:disconnectFromServer()

  same(seen, {
    { "stateChanged ClosingState", true, true, 5, name },
    { "stateChanged UnconnectedState", true, false, 5, "" },
    { "readChannelFinished", true, false, 5, "" },
    { "disconnected", true, false, 5, "" },
  })
  same(client:readAll(), "hello")
end)

test("Q3: the descriptor is valid while closing and -1 from then on", function()
  local client = connection()
  local descriptor = client:socketDescriptor()
  local seen = record(client, "socketDescriptor")

  client:disconnectFromServer()

  same(seen, {
    { "stateChanged ClosingState", descriptor }, { "stateChanged UnconnectedState", -1 },
    { "readChannelFinished", -1 }, { "disconnected", -1 },
  })
end)

test("Q4: disconnecting with pending writes ends when they are written", function()
  local client, served = connection()
  local seen = record(client, "bytesToWrite")
  client:write("hello")

  client:disconnectFromServer()
  same(seen, { { "stateChanged ClosingState", 5 } })
  awaitEnd(client)

  same(seen, {
    { "stateChanged ClosingState", 5 }, { "bytesWritten 5", 0 },
    { "stateChanged UnconnectedState", 0 }, { "readChannelFinished", 0 }, { "disconnected", 0 },
  })
  awaitEnd(served)
  same(served:readAll(), "hello")
end)

-- MARK: Q5, Q6, closing and aborting

test("Q5: close tells aboutToClose first, while all is still there", function()
  local client = socketWithUnread("hello")
  local seen = record(client, "isOpen", "bytesAvailable")

  client:close()

  same(seen, {
    { "aboutToClose", true, 5 },
    { "stateChanged ClosingState", false, 0 },
    { "stateChanged UnconnectedState", false, 0 },
    { "readChannelFinished", false, 0 },
    { "disconnected", false, 0 },
  })
end)

test("Q5: close with pending writes leaves the socket closing and without names", function()
  local client, served = connection()
  local seen = record(client, "isOpen", "bytesToWrite")
  client:write("hello")

  client:close()
  same(seen, { { "aboutToClose", true, 5 }, { "stateChanged ClosingState", false, 5 } })
  same({ client:state(), client:serverName(), client:fullServerName() }, { "ClosingState", "", "" })
  awaitEnd(client)

  same({ table.unpack(seen, 3) }, {
    { "bytesWritten 5", false, 0 }, { "stateChanged UnconnectedState", false, 0 },
    { "readChannelFinished", false, 0 }, { "disconnected", false, 0 },
  })
  awaitEnd(served)
  same(served:readAll(), "hello")
end)

test("Q5: what a handler of aboutToClose writes is delivered", function()
  local client, served = connection()
  client:on("aboutToClose", function() client:write("farewell") end)

  client:close()
  awaitEnd(served)

  same(served:readAll(), "farewell")
end)

test("Q6: abort tells unconnected first and aboutToClose last", function()
  local client = socketWithUnread("hello")
  client:write("never sent")
  local seen = record(client, "isOpen", "bytesAvailable", "bytesToWrite")

  client:abort()

  same(seen, {
    { "stateChanged UnconnectedState", true, 0, 0 },
    { "readChannelFinished", true, 0, 0 },
    { "disconnected", true, 0, 0 },
    { "aboutToClose", true, 0, 0 },
  })
  same({ client:isOpen(), client:openMode() }, { false, "NotOpen" })
end)

test("Q6: abort while closing tells disconnected too", function()
  local client = harness.blockedWriter()
  client:disconnectFromServer()
  local seen = record(client)

  client:abort()

  same(seen, {
    "stateChanged UnconnectedState", "readChannelFinished", "disconnected", "aboutToClose",
  })
end)

test("Q6: abort while connecting does not tell disconnected", function()
  local _, client = harness.fullServer()
  local seen = record(client)

  client:abort()

  same(seen, { "stateChanged UnconnectedState", "readChannelFinished" })
end)
