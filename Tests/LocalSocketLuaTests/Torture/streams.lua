-- Connections whose bytes are checked: each byte follows from its offset, and nobody but the tasks
-- here knows the sockets, so that a byte that differs was changed by something else.

local world = ...
local localsocket = require "localsocket"

local Stream = {}
Stream.__index = Stream

local period <const> = 65521
local longest <const> = 200000

-- What stands at the offsets from 0 on, for a period and as much more as may be read at once.
local pattern <const> = (function()
  local bytes, state = {}, 1
  for index = 1, period do
    state = state * 48271 % 2147483647
    bytes[index] = string.char(state & 0xff)
  end
  return table.concat(bytes):rep(longest // period + 2)
end)()

---The bytes from an offset on.
local function expected(offset, count)
  local start = offset % period
  return pattern:sub(start + 1, start + count)
end

---Two connected sockets.
local function connect(generator)
  if generator:chance(50) then return localsocket.pair() end
  local name = ("%s/stream%d"):format(world.directory, generator:below(1 << 40))
  local server <close> = assert(localsocket.listen(name))
  local client = assert(localsocket.connect(name, { timeout = "20s" }))
  return client, assert(server:accept("20s"))
end

---Sends so many bytes in random pieces.
local function send(socket, length, generator)
  local sent = 0
  while sent < length do
    local count = math.min(generator:below(generator:chance(20) and 40000 or 100), length - sent)
    assert(socket:write(expected(sent, count)) == count, "a write took only a part")
    sent = sent + count
    if generator:chance(30) then socket:flush() end
    if generator:chance(30) then localsocket.sleep(0) end
    while socket:bytesToWrite() > 1 << 18 do socket:waitForBytesWritten("20s") end
  end
end

local readings <const> = {
  function(socket) return socket:readAll() end,
  function(socket, generator) return socket:read(generator:below(5000)) end,
  function(socket, generator) return socket:read(generator:below(5)) end,
  function(socket, generator) return socket:readLine(generator:below(300)) end,
}

---Looks at what is there without taking it, in one of the ways to do so.
local function foresee(socket, generator)
  if generator:chance(50) then return socket:peek(generator:below(5000)) end
  socket:startTransaction()
  local data = generator:pick(readings)(socket, generator)
  socket:rollbackTransaction()
  return data
end

---Receives so many bytes in random pieces.
local function receive(socket, length, generator)
  local received = 0
  while received < length do
    if generator:chance(10) then socket:setReadBufferSize(generator:below(3) * 1000) end
    if generator:chance(10) then
      local data = assert(foresee(socket, generator))
      if data ~= expected(received, #data) then world:find "bytes ahead differ" end
    end
    local data = assert(generator:pick(readings)(socket, generator))
    if data ~= expected(received, #data) then
      return world:find("bytes differ within %d bytes of offset %d", #data, received)
    end
    received = received + #data
    if socket:bytesAvailable() == 0 and received < length then
      assert(socket:waitForReadyRead("20s"))
    end
  end
  if received > length then world:find("%d bytes came, %d were sent", received, length) end
end

---Lets bytes flow both ways, then ends the connection from one side.
local function converse(generator)
  local client, served = connect(generator)
  local first <close> = client
  local second <close> = served
  for _, socket in ipairs { first, second } do world:listenToAll("localsocket.Socket", socket) end
  local tasks = {}
  for _, ends in ipairs { { first, second }, { second, first } } do
    local length = generator:below(longest)
    local sending, receiving = generator:fork(), generator:fork()
    tasks[#tasks + 1] = localsocket.spawn(send, ends[1], length, sending)
    tasks[#tasks + 1] = localsocket.spawn(receive, ends[2], length, receiving)
  end
  for _, task in ipairs(tasks) do assert(task:join("60s")) end
  first:disconnectFromServer()
  -- A finaliser that turns the loop may have let it end before the wait begins.
  second:waitForDisconnected("20s")
  assert(second:state() == "UnconnectedState", "the connection does not end")
  local data, _, code = second:readAll()
  if data or code ~= "PeerClosedError" then world:find "an ended stream has something to read" end
end

---Starts a task that has one conversation after the other until the world ends.
return function(generator)
  return localsocket.spawn(function()
    repeat
      local fine, raised = pcall(converse, generator)
      if not fine then world:find("a stream failed: %s", tostring(raised)) end
    until world.isEnding or not fine
    return true
  end)
end
