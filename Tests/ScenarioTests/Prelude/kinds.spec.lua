-- Sockets whose packets keep their boundaries.
local test, harness = ...
local same = harness.same

local Socket = {}
Socket.__index = Socket

---A socket of packets. The script is a list: a string or a table is a packet, a number a pause.
local function packetSocket(host, script, ending)
  return setmetatable({
    host = host, script = script, ending = ending, next = 1, sent = {}, room = math.huge,
  }, Socket)
end

function Socket:peerCredentials() return nil end

function Socket:receiveMessage(timeout)
  same(timeout, 0)
  local packet = self.ready
  self.ready = nil
  if packet then return type(packet) == "string" and { data = packet, descriptors = {} } or packet end
  if self.next > #self.script and self.ending then return nil, "it has ended", "PeerClosedError" end
  return nil, "the time is up", "SocketTimeoutError"
end

function Socket:waitForReadyRead(timeout)
  local item = self.script[self.next]
  if item ~= nil and type(item) ~= "number" then
    self.next, self.ready = self.next + 1, item
    return true
  end
  if item and item <= timeout then
    self.host.clock, self.next = self.host.clock + item, self.next + 1
    return self:waitForReadyRead(timeout - item)
  end
  if item == nil and self.ending then return false, "Remote closed", "PeerClosedError" end
  self.host.clock = self.host.clock + timeout
  return false, "the wait timed out", "SocketTimeoutError"
end

function Socket:sendMessage(bytes, options)
  if #bytes > 1000 then return nil, "1001 bytes are too long", "DatagramTooLargeError" end
  if #self.sent >= self.room then return nil, "the time is up", "SocketTimeoutError" end
  self.sent[#self.sent + 1] = { bytes, options.to }
  return #bytes
end

function Socket:bytesToWrite() return self.queued or 0 end

function Socket:write(bytes)
  self.queued = (self.queued or 0) + #bytes
  self.sent[#self.sent + 1] = { bytes, "queued" }
  return #bytes
end

function Socket:error() return self.ending and "PeerClosedError" or "UnknownSocketError" end
function Socket:flush() end

local function conversation(script, options, ending)
  local host = harness.load()
  options = options or {}
  options.kind = options.kind or "seqpacket"
  local socket = packetSocket(host, script, ending)
  return host.prelude.conversation.new(socket, "c1", options), host, socket
end

test("each packet is one message, an empty one too", function()
  local c, host = conversation { "one", "", "two words" }
  same({ c:receive(), c:expect(""), c:expect("two words") }, { "one", "", "two words" })
  same(host.events[2], { kind = "received", lane = "c1", text = "" })
end)

test("two packets are no message that holds the bytes of both", function()
  local c = conversation { "ab", "cd" }
  same(harness.raised(c.expect, c, "abcd").message,
    'expected the next message on «c1» to match "abcd", got "ab"')
end)

test("each send is one packet", function()
  local c, host, socket = conversation {}
  c:send("one", "", 2):raw("")
  same(socket.sent, { { "one" }, { "" }, { "2" }, { "" } })
  same(#host.events, 4)
end)

test("a packet waits in the queue while the kernel has no room", function()
  local c, _, socket = conversation {}
  socket.room = 1
  c:send("now", "later")
  socket.room = 5
  c:send("last")
  same(socket.sent, { { "now" }, { "later", "queued" }, { "last", "queued" } })
end)

test("a packet that is too long fails the send", function()
  local c = conversation {}
  same(harness.raised(c.send, c, ("x"):rep(1001)).message, "«c1» cannot send: 1001 bytes are too long")
end)

test("a message of another codec does not go beyond its packet", function()
  local c = conversation({ "one\ntwo\n", "thr", "ee\n" }, { codec = "line" })
  same({ c:receive(), c:receive() }, { "one", "two" })
  same(harness.raised(c.receive, c).message,
    "malformed line on «c1»: the packet ends before the message does, read up to byte 0 of the message")
end)

test("JSON ends with its packet, and blanks belong to it", function()
  local c = conversation({ " 12", "{}\n", "[1] [2]", "{" }, { codec = "json" })
  same({ c:receive(), c:receive(), c:receive(), c:receive() }, { 12, {}, { 1 }, { 2 } })
  same(harness.raised(c.receive, c).message,
    "malformed json on «c1»: the packet ends before the message does, read up to byte 1 of the message")
end)

test("a script's own codec takes packets and parts of them", function()
  local codec = {
    encode = tostring,
    decode = function(r) return { r:u8(), r:packet() } end,
  }
  local c = conversation({ "\1rest", "\2" }, { codec = codec })
  same({ c:receive(), c:receive() }, { { 1, "rest" }, { 2, "" } })
  local stream = harness.conversation({ "a" }, { codec = codec })
  same(harness.raised(stream.receive, stream).text,
    'a stream has no packets: r:packet needs kind = "seqpacket" or "datagram"')
end)

test("silence is broken by an empty packet, which stays", function()
  local c = conversation { 5, "" }
  same(harness.raised(c.quiet, c, 10).kind, "mismatch")
  same(c:receive(), "")
  c:quiet(10)
end)

test("the end and the deadline hold for packets, too", function()
  local c = conversation({ "last" }, nil, "closed")
  c:receive()
  c:expectEnd()
  same(harness.raised(c.receive, c).message,
    "waited for a message on «c1», but the peer closed the connection")
  local silent, host = conversation { 60, "a", 60 }
  silent:receive { timeout = 100 }
  same(harness.raised(silent.receive, silent, { timeout = 100 }).message,
    "waited 100 ms for a message on «c1»; nothing came")
  same(host.clock, 160)
end)

test("packets cannot be cut", function()
  local t = harness.load().prelude.scenario.t
  for option, value in pairs { chunk = 1, gap = "1ms" } do
    same(harness.raised(t.connect, t, "api", { kind = "datagram", [option] = value }).text,
      "the options 'chunk' and 'gap' of connect cut a stream; a packet stays whole")
  end
  local c = conversation {}
  same(harness.raised(c.raw, c, "ab", { chunk = 1 }).text,
    "the options 'chunk' and 'gap' of raw cut a stream; a packet stays whole")
end)

test("codec and kind have to fit", function()
  local find = harness.load().prelude.codecs.find
  same(harness.raised(find, "packet").text,
    'a stream has no packets: the codec "packet" needs kind = "seqpacket" or "datagram"')
  same(harness.raised(find, "stream", "seqpacket").text,
    'a seqpacket socket is no stream: its codec is "packet", or one that finds messages in a packet')
  same({ find(nil).name, find(nil, "stream").name, find(nil, "datagram").name },
    { "stream", "stream", "packet" })
end)

local function receiver(script)
  local host = harness.load()
  local socket = packetSocket(host, script)
  host.localsocket.listen = function(path, options)
    socket.path, socket.kind = path, options.kind
    return socket
  end
  return host.prelude.scenario.t:listen("api", { kind = "datagram" }), host, socket
end

test("a receiver of datagrams answers whom the last one came from", function()
  local c, host, socket = receiver {
    { data = "ping", from = "/a", credentials = { pid = 7, uid = 0, gid = 0 }, descriptors = {} },
    { data = "pong", from = "/b", credentials = { pid = 8, uid = 0, gid = 0 }, descriptors = {} },
  }
  same({ socket.path, socket.kind, c.name }, { "/private/api", "datagram", "api" })
  same(host.events, { { kind = "listening", lane = "api", text = "api" } })
  same({ c.peer, c.packet }, { false, false })
  c:expect("ping")
  same({ c.peer.pid, c.packet.from }, { 7, "/a" })
  c:send("one")
  c:expect("pong")
  c:send("two")
  same(c.peer.pid, 8)
  same(socket.sent, { { "one", "/a" }, { "two", "/b" } })
end)

test("whoever cannot be answered is told", function()
  local c = receiver { { data = "ping", descriptors = {} } }
  same(harness.raised(c.send, c, "a").message,
    "«api» cannot send: no message has come yet that it could answer")
  c:receive()
  same(harness.raised(c.send, c, "a").message,
    "«api» cannot send: the sender of the last message has no name to answer to")
end)

test("who sends datagrams has a name of its own, and a stream has none", function()
  local host = harness.load()
  local seen = {}
  host.localsocket.connect = function(_, options)
    seen[#seen + 1] = options
    return packetSocket(host, {})
  end
  local t = host.prelude.scenario.t
  for _, kind in ipairs { "datagram", "datagram", "seqpacket", "stream" } do t:connect("api", { kind = kind }) end
  same({ seen[1].bind, seen[2].bind, seen[3].bind, seen[4].bind },
    { "/private/.client-1", "/private/.client-2" })
  same({ seen[1].kind, seen[3].kind }, { "datagram", "seqpacket" })
end)

test("options that make no sense with a kind are refused", function()
  local t = harness.load().prelude.scenario.t
  same(harness.raised(t.pair, t, { kind = "dgram" }).text,
    "the option 'kind' of pair is \"stream\", \"seqpacket\" or \"datagram\", not \"dgram\"")
  same(harness.raised(t.listen, t, "x", { kind = "datagram", backlog = 3 }).text,
    "the option 'backlog' of listen makes no sense for datagrams: nobody connects")
end)
