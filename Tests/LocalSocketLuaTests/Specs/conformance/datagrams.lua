-- Datagram sockets: receivers, senders with and without a name, and credentials.

local harness = ...
local test, same, fails, connection = harness.test, harness.same, harness.fails, harness.connection
local shell = harness.shell
local localsocket = harness.localsocket

---A datagram socket that receives at a new name, or at a given one.
local function receiver(name) return harness.listen({ kind = "datagram" }, name) end

local function sender(server, bind)
  local name = server:serverName()
  return harness.close(assert(localsocket.connect(name, { kind = "datagram", bind = bind })))
end

---The data of the next message.
local function nextData(socket) return assert(socket:receiveMessage("10s")).data end

test("datagrams: listen gives a bound socket that receives from anybody", function()
  local server = receiver()
  sender(server):write("one")
  sender(server):write("two")

  local texts = { nextData(server), nextData(server) }

  table.sort(texts)
  same(texts, { "one", "two" })
end)

test("datagrams: a message without a bound sender comes from nobody", function()
  local server = receiver()
  sender(server):write("hello")

  same(assert(server:receiveMessage("10s")).from, nil)
end)

test("datagrams: a message of a bound sender can be answered", function()
  local server = receiver()
  local name = harness.path()
  local client = sender(server, name)
  client:write("question")
  local message = assert(server:receiveMessage("10s"))
  same(message.from, name)

  same(server:sendMessage("answer", { to = message.from }), 6)

  same(nextData(client), "answer")
end)

test("datagrams: an empty name lets the system choose one", function()
  local server = receiver()
  local client = sender(server, "")
  client:write("question")

  local message = assert(server:receiveMessage("10s"))
  assert(message.from:find("^@."), message.from)
  server:sendMessage("answer", { to = message.from })

  same(nextData(client), "answer")
end)

test("datagrams: an empty message is a message", function()
  local server = receiver()
  sender(server):sendMessage("")

  same({ nextData(server), server:state() }, { "", "ConnectedState" })
end)

test("datagrams: a receiver gets the credentials of each sender", function()
  local server = receiver()
  local client = sender(server)
  client:write("hello")

  local credentials = assert(server:receiveMessage("10s")).credentials

  local own = harness.pair():peerCredentials()
  same(credentials, own)
end)

test("datagrams: a receiver removes its file when it is closed", function()
  local server = receiver()
  local path = server:serverName()

  server:close()

  same(shell("test -e %s || echo gone", path), "gone")
end)

test("datagrams: nobody there is no server", function()
  fails(nil, "ServerNotFoundError", localsocket.connect(harness.path(), { kind = "datagram" }))
end)

test("datagrams: a name in use is told", function()
  local path = receiver():serverName()

  fails(nil, "AddressInUseError", localsocket.listen(path, { kind = "datagram" }))
end)

test("datagrams: an abstract receiver", function()
  local server = receiver("@" .. harness.path())
  sender(server):write("hello")

  same(nextData(server), "hello")
end)

test("datagrams: waitForReadyRead of a receiver", function()
  local server = receiver()
  sender(server):write("hello")

  same({ server:waitForReadyRead("10s"), server:readAll() }, { true, "hello" })
end)

-- MARK: Credentials

test("credentials: peerCredentials are those of the process at the other end", function()
  local client, served = connection()
  local credentials = client:peerCredentials()

  same(credentials, served:peerCredentials())
  same(math.type(credentials.pid), "integer")
  same(credentials.uid, tonumber(shell("id -u")))
  same(credentials.gid, tonumber(shell("id -g")))
end)

test("credentials: an unconnected socket has no peer", function()
  fails(nil, "OperationError", localsocket.Socket():peerCredentials())
end)
