-- One end of a flood:  flood.lua listen|connect NAME BYTES [DEATH]
--
-- Sends so many bytes of a pattern and checks the bytes that come against it. When the connection
-- has ended it prints what there was to see of it. When DEATH bytes have come it is killed.

local localsocket = require "localsocket"

local role, name, total, death = ...
total, death = tonumber(total), tonumber(death or math.huge)
local chunk <const> = 1 << 16
local most <const> = 1 << 18

-- No multiple of the chunk, so that a chunk in a wrong place shows.
local period <const> = 1000003
local pattern <const> = (function()
  local numbers = {}
  for number = 1, period // 8 + 1 do numbers[number] = (">I8"):pack(number) end
  local once = table.concat(numbers):sub(1, period)
  return once .. once:sub(1, chunk)
end)()

---At most a chunk of the bytes from an offset on.
local function bytes(offset, length)
  local start = offset % period
  return pattern:sub(start + 1, start + length)
end

local socket
if role == "connect" then
  socket = assert(localsocket.connect(name))
else
  local server <close> = assert(localsocket.listen(name))
  io.stdout:setvbuf "line"
  print "listening"
  socket = assert(server:accept("30s"))
end

local signals = {}
for _, signal in ipairs { "errorOccurred", "disconnected" } do
  socket:on(signal, function(_, ...) signals[#signals + 1] = table.concat({ signal, ... }, " ") end)
end

localsocket.spawn(function()
  local sent = 0
  while sent < total and socket:write(bytes(sent, chunk)) do
    sent = sent + chunk
    while socket:bytesToWrite() > most and socket:waitForBytesWritten(-1) do end
  end
end)

local received, verdict = 0, "a prefix came"
repeat
  local data = socket:read(chunk) or ""
  if data ~= bytes(received, #data) then verdict = "the bytes differ" end
  received = received + #data
  if received >= death then os.execute "kill -KILL $PPID" end
until data == "" and not socket:waitForReadyRead(-1)

-- One turn more, in which a signal that must not come would.
localsocket.step()
print(verdict)
print(table.concat(signals, ", "))
