-- So many connections, both ends of which are in this process, and an echo on each:  crowd.lua COUNT

local localsocket = require "localsocket"

local count <const> = tonumber((...))
local path = os.tmpname()
os.remove(path)

local served = 0
local server <close> = assert(localsocket.listen(path, {
  onConnection = function(connection)
    served = served + 1
    connection:on("readyRead", function() connection:write(connection:readAll()) end)
  end,
}))

local clients = {}
for number = 1, count do clients[number] = assert(localsocket.connect(path)) end
for number, client in ipairs(clients) do client:write(("%d\n"):format(number)) end
for number, client in ipairs(clients) do
  while not client:canReadLine() do assert(client:waitForReadyRead()) end
  assert(client:readLine() == ("%d\n"):format(number), "an echo went astray")
end
print(("%d of %d echoed"):format(served, count))
for _, client in ipairs(clients) do client:close() end
