-- Callback style: an echo server and its client on one event loop, under parley and stock lua5.4.

local localsocket = require "localsocket"

local path = os.tmpname()
os.remove(path)

local server = assert(localsocket.listen(path, {
  onConnection = function(connection)
    connection:on("readyRead", function() connection:write(connection:readAll()) end)
  end,
}))

local client = localsocket.Socket()
local answer = ""

client:on("connected", function() client:write("hello, echo\n") end)

client:on("readyRead", function()
  answer = answer .. client:readAll()
  if answer:find("\n", 1, true) then client:disconnectFromServer() end
end)

client:on("errorOccurred", function(_, name) error("the client failed: " .. name) end)

client:on("disconnected", function()
  server:close()
  localsocket.stop()
end)

client:connectToServer(path)
localsocket.run("5s")

assert(answer == "hello, echo\n", "the echo came back as " .. answer)
print "echo: callbacks done"
