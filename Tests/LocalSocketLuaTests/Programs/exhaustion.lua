-- Clients connect until the process has no descriptor left; to be run with a low limit.

local localsocket = require "localsocket"

local path = os.tmpname()
os.remove(path)
local server <close> = assert(localsocket.listen(path, {
  backlog = 1000,
  onConnection = function(connection)
    connection:on("readyRead", function() connection:write(connection:readAll()) end)
    connection:on("disconnected", function() connection:close() end)
  end,
}))

local clients = {}
local client, message, code
repeat
  client, message, code = localsocket.connect(path)
  if client then
    clients[#clients + 1] = client
    client:write(("%d\n"):format(#clients))
  end
until not client
print(code, message)

-- The server's turn to find that there is none left.
for _ = 1, 5 do localsocket.step(20) end
print(server:serverError(), server:isListening())

-- What one half of the clients gives back is enough for the other.
local half = #clients // 2 + 1
for number = 1, half do clients[number]:close() end
for number = half + 1, #clients do
  client = clients[number]
  while not client:canReadLine() do assert(client:waitForReadyRead()) end
  assert(client:readLine() == ("%d\n"):format(number), "an echo went astray")
end
print "every other client was served"
for number = half + 1, #clients do clients[number]:close() end
