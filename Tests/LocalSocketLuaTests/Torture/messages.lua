-- Exchanges of messages whose order, boundaries and descriptors are checked: nobody but the tasks
-- here knows the sockets.

local world = ...
local localsocket = require "localsocket"

---A message's bytes, which follow from its number.
local function text(number) return ("%d,"):format(number):rep(number * 7919 % 400) end

---How many descriptors go with a message.
local function descriptorCount(number)
  return #text(number) > 0 and number % 7 == 0 and number % 3 or 0
end

---A receiver of datagrams at a name and a client of its own.
local function bound(generator)
  local name = ("%s/receiver%d"):format(world.directory, generator:below(1 << 40))
  local receiver = assert(localsocket.listen(name, { kind = "datagram" }))
  return assert(localsocket.connect(name, { kind = "datagram", bind = "" })), receiver
end

---A client of a server of a kind, and the server's socket.
local function served(generator)
  local name = ("%s/messages%d"):format(world.directory, generator:below(1 << 40))
  local server <close> = assert(localsocket.listen(name, { kind = "seqpacket" }))
  local client = assert(localsocket.connect(name, { kind = "seqpacket", timeout = "20s" }))
  return client, assert(server:accept("20s"))
end

local connections <const> = {
  function() return localsocket.pair "seqpacket" end,
  function() return localsocket.pair "datagram" end,
  bound, served,
}

local function send(socket, count, generator)
  for number = 1, count do
    local bytes, descriptors = text(number), {}
    for index = 1, descriptorCount(number) do
      descriptors[index] = generator:chance(50) and world.file or socket
    end
    if #descriptors == 0 and generator:chance(50) then
      assert(assert(socket:write(bytes)) == #bytes)
      while socket:bytesToWrite() > 1 << 16 do assert(socket:waitForBytesWritten("20s")) end
    else
      local options <const> = { descriptors = descriptors, timeout = "20s" }
      assert(assert(socket:sendMessage(bytes, options)) == #bytes)
    end
    if generator:chance(20) then localsocket.sleep(0) end
  end
end

---Checks a message; its descriptors are closed, or left for the collector.
local function check(message, number, generator)
  local bytes = text(number)
  if message.data ~= bytes then
    world:find("message %d differs: %d bytes, not %d", number, #message.data, #bytes)
  end
  local descriptors = message.descriptors
  if #descriptors ~= descriptorCount(number) then
    world:find("message %d came with %d descriptors", number, #descriptors)
  end
  for _, descriptor in ipairs(descriptors) do
    if descriptor:number() < 0 then world:find("message %d: a closed descriptor", number) end
    if generator:chance(50) then descriptor:close() end
  end
end

local function receive(socket, count, generator)
  for number = 1, count do
    if generator:chance(10) then socket:setReadBufferSize(generator:below(3) * 100) end
    check(assert(socket:receiveMessage("20s")), number, generator)
  end
end

local function converse(generator)
  local sender, receiver = generator:pick(connections)(generator)
  local first <close> = sender
  local second <close> = receiver
  for _, socket in ipairs { first, second } do world:listenToAll("localsocket.Socket", socket) end
  local count = generator:below(200)
  local sending = localsocket.spawn(send, first, count, generator:fork())
  local receiving = localsocket.spawn(receive, second, count, generator:fork())
  assert(sending:join("60s"))
  assert(receiving:join("60s"))
end

---Starts a task that has one exchange after the other until the world ends.
return function(generator)
  return localsocket.spawn(function()
    repeat
      local fine, raised = pcall(converse, generator)
      if not fine then world:find("an exchange of messages failed: %s", tostring(raised)) end
    until world.isEnding or not fine
    return true
  end)
end
