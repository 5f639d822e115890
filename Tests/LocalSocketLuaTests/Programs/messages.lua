-- One side of a conversation in messages:  messages.lua echo|notified|give|take NAME

local localsocket = require "localsocket"

local role, name = ...
local roles = {}
io.stdout:setvbuf "line"

---Sends each message of one connection back.
function roles.echo()
  local server <close> = assert(localsocket.listen(name, { kind = "seqpacket" }))
  print "listening"
  local peer <close> = assert(server:accept("20s"))
  local message = peer:receiveMessage("20s")
  while message do
    print(message.data)
    assert(peer:sendMessage(message.data))
    message = peer:receiveMessage("20s")
  end
end

---Receives one datagram, and tells of whom it is.
function roles.notified()
  local receiver <close> = assert(localsocket.listen(name, { kind = "datagram" }))
  print "listening"
  local message = assert(receiver:receiveMessage("20s"))
  print(message.data:match "^[^\n]*", message.credentials.uid, message.credentials.pid > 0)
end

---Passes on a file that has no name any more.
function roles.give()
  local server <close> = assert(localsocket.listen(name))
  print "listening"
  local peer <close> = assert(server:accept("20s"))
  local file <close> = assert(io.tmpfile())
  file:write "what the file holds"
  file:seek "set"
  assert(peer:sendMessage("a file", { descriptors = { file } }))
  assert(peer:waitForDisconnected("20s"))
end

---Reads the file that comes.
function roles.take()
  local socket <close> = assert(localsocket.connect(name))
  local message = assert(socket:receiveMessage("20s"))
  local descriptor <close> = message.descriptors[1]
  local file <close> = assert(io.open("/proc/self/fd/" .. descriptor:number()))
  print(message.data, file:read "a")
end

roles[role]()
