-- Our half of an exchange, as exchange.py is Qt's:  lua5.4 exchange.lua connect|listen NAME here|there

local localsocket = require "localsocket"

local role, name, ending = ...
local count <const> = 10 * 1024 * 1024 // 8

local content <const> = (function()
  local numbers = {}
  for index = 1, count do numbers[index] = (">I8"):pack(index - 1) end
  return table.concat(numbers)
end)()

local function exchange(socket)
  local pieces, length = {}, 0
  local function receive()
    local piece = socket:readAll()
    pieces[#pieces + 1], length = piece, length + #piece
    if length < #content then return end
    print(table.concat(pieces) == content and "all bytes came" or "the bytes differ")
    if ending == "here" then socket:disconnectFromServer() end
  end
  for _, signal in ipairs { "stateChanged", "errorOccurred", "readChannelFinished", "disconnected" } do
    socket:on(signal, function(_, ...) print(signal, ...) end)
  end
  socket:on("readyRead", receive)
  socket:write(content)
end

if role == "connect" then
  exchange(assert(localsocket.connect(name)))
else
  local server = assert(localsocket.listen(name))
  io.stdout:setvbuf "line"
  print "listening"
  exchange(assert(server:accept("30s")))
  server:close()
end
localsocket.run()
