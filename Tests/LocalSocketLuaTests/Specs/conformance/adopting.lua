-- setSocketDescriptor: taking over a descriptor that somebody else has made.

local harness = ...
local test, same, raises, record = harness.test, harness.same, harness.raises, harness.record
local awaitEnd, awaitBytes, newSocket = harness.awaitEnd, harness.awaitBytes, harness.newSocket
local connect, connection, duplicate = harness.connect, harness.connection, harness.duplicate
local localsocket = harness.localsocket

---A socket that has taken over another descriptor of a connection, and the connection's other end.
local function adopted(...)
  local a, b = harness.pair()
  local socket = newSocket()
  assert(socket:setSocketDescriptor(duplicate(a), ...))
  a:abort()
  return socket, b
end

test("L23: an adopted socket is connected and open", function()
  local socket = adopted()

  same({ socket:state(), socket:isOpen(), socket:openMode() },
    { "ConnectedState", true, "ReadWrite" })
  assert(socket:socketDescriptor() >= 0 and socket:isValid())
end)

test("L23: an adopted socket sends and receives", function()
  local socket, peer = adopted()
  peer:write("question")
  assert(socket:waitForReadyRead("10s"))
  socket:write("answer to " .. socket:readAll())
  assert(peer:waitForReadyRead("10s"))

  same(peer:readAll(), "answer to question")
end)

test("L23: adopting tells the state and not connected", function()
  local a = harness.pair()
  local socket = newSocket()
  local seen = record(socket)

  assert(socket:setSocketDescriptor(duplicate(a)))

  same(seen, { "stateChanged ConnectedState" })
end)

test("L23: the mode is the one that is given", function()
  local socket = adopted("ConnectedState", "ReadOnly")

  same({ socket:openMode(), socket:isWritable() }, { "ReadOnly", false })
end)

test("L23: the descriptor becomes one that does not block, closed on exec", function()
  local socket = adopted()
  local file <close> = assert(io.open("/proc/self/fdinfo/" .. socket:socketDescriptor()))
  local flags = tonumber(file:read("a"):match("flags:%s*(%d+)"), 8)

  assert(flags & tonumber("4000", 8) ~= 0, "O_NONBLOCK")
  assert(flags & tonumber("2000000", 8) ~= 0, "O_CLOEXEC")
end)

test("L23: the names are the kernel's", function()
  local client, served, server = connection()
  local path = server:fullServerName()
  for _, original in ipairs { client, served } do
    local socket = newSocket()
    assert(socket:setSocketDescriptor(duplicate(original)))
    same({ socket:serverName(), socket:fullServerName() }, { path:match("[^/]+$"), path })
  end
end)

test("L23: an adopted end of an unnamed pair has no names", function()
  local socket = adopted()

  same({ socket:serverName(), socket:fullServerName() }, { "", "" })
end)

test("L23: adopting an abstract connection sets the option", function()
  local name = harness.path()
  local server = harness.listen(nil, "@" .. name)
  local client = harness.close(assert(localsocket.connect("@" .. name)))
  local socket = newSocket()

  assert(socket:setSocketDescriptor(duplicate(client)))

  same({ socket:socketOptions(), socket:fullServerName() }, { { "AbstractNamespaceOption" }, name })
  assert(server:isListening())
end)

test("L13: adopting resets the error", function()
  local a = harness.pair()
  local socket = newSocket()
  socket:connectToServer(harness.path())

  assert(socket:setSocketDescriptor(duplicate(a)))

  same({ socket:error(), socket:errorString() }, { "UnknownSocketError", "Unknown error" })
end)

---Asserts that a descriptor is refused and that the socket is as it was.
local function refuses(number, ...)
  local socket = newSocket()
  local seen = {}
  socket:on("stateChanged", function(_, state) seen[#seen + 1] = state end)
  local done, message, code = socket:setSocketDescriptor(number, ...)
  same({ done, type(message), type(code) }, { false, "string", "string" })
  same({ socket:state(), socket:isOpen(), socket:socketDescriptor(), seen },
    { "UnconnectedState", false, -1, {} })
end

test("L23: a number that is no descriptor is refused and changes nothing", function()
  refuses(-1)
  refuses(9999)
end)

test("L23: a file is refused", function()
  local file <close> = io.tmpfile()

  refuses(duplicate(file))
end)

test("L23: a listening socket is refused", function()
  refuses(harness.listen():socketDescriptor())
end)

test("L23: a descriptor cannot be adopted as an unconnected socket", function()
  local a = harness.pair()

  refuses(duplicate(a), "UnconnectedState")
end)

test("L23: a refused descriptor stays its owner's", function()
  local server = harness.listen()
  refuses(server:socketDescriptor())
  collectgarbage()

  local client = connect(server)

  same(client:state(), "ConnectedState")
end)

test("L23: adopting while connected closes the old connection without its signals", function()
  local old, oldPeer = harness.pair()
  local new, newPeer = harness.pair()
  oldPeer:write("old")
  awaitBytes(old, 3)
  local number = duplicate(new)
  new:abort()
  old:write("never sent")
  local seen = record(old)

  assert(old:setSocketDescriptor(number))

  same(seen, { "stateChanged ConnectedState" })
  same({ old:bytesAvailable(), old:bytesToWrite() }, { 0, 0 })
  awaitEnd(oldPeer)
  newPeer:write("new")
  awaitBytes(old, 3)
  same(old:readAll(), "new")
end)

test("L23: what is no number is refused", function()
  local socket = newSocket()

  raises("#1 to 'setSocketDescriptor'", function() socket:setSocketDescriptor("one") end)
end)
