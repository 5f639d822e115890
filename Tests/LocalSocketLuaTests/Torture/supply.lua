-- What a world is given beside what random calls make: connections that stand, and descriptors that
-- this process owns twice.

local calls = ...
local localsocket = require "localsocket"

local supply = {}

---Two connected sockets of any kind, or a receiver of datagrams and a client that it can answer.
local function connected(world, generator)
  local kind = generator:pick { "stream", "datagram", "seqpacket", "receiver" }
  if kind ~= "receiver" then return localsocket.pair(kind) end
  local name = ("@%s/%d"):format(world.directory, generator:below(1 << 40))
  local receiver = assert(localsocket.listen(name, { kind = "datagram" }))
  return receiver, assert(localsocket.connect(name, { kind = "datagram", bind = "" }))
end

---Brings new connections into the world, since random calls soon end those that are there.
function supply.connect(world, generator)
  local first, second = connected(world, generator)
  for _ = 1, generator:below(3) do first:sendMessage("some\nbytes", { timeout = 0 }) end
  world:adopt { first, second }
end

---What a new connection brings of a descriptor: one that this process owns a second time.
local function duplicate(object)
  local first, second = localsocket.pair()
  local sender <close> = first
  local receiver <close> = second
  if not sender:sendMessage("x", { descriptors = { object } }) then return nil end
  local message = receiver:receiveMessage("20s")
  return message and message.descriptors[1]
end

---Takes a duplicate of what an object has open into the world.
function supply.passOn(world, generator)
  local object = generator:chance(10) and world.file or world:liveObject(generator)
  local class = calls.className(object)
  if class ~= "localsocket.Socket" and class ~= "localsocket.Server"
    and class ~= "localsocket.Descriptor" then object = world.file end
  local fine, descriptor = pcall(duplicate, object)
  if fine and descriptor then world:adopt { descriptor } end
end

---Gives a number that nobody owns to one of the objects or, if it is refused, to a new one.
function supply.adoptNumber(world, generator)
  local kind = generator:pick { "stream", "datagram", "seqpacket" }
  local kept, sent = localsocket.pair(kind)
  local fine, descriptor = pcall(duplicate, sent)
  kept:close()
  sent:close()
  if not fine or not descriptor then return end
  local number = descriptor:take()
  local adopter = world:ofClass(generator, "localsocket.Socket")
  if adopter and adopter:setSocketDescriptor(number) then return end
  local last <close> = localsocket.Socket(kind)
  if not last:setSocketDescriptor(number) then world:find("%s of %d was refused", kind, number) end
end

return supply
