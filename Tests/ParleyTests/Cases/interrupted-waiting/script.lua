t:listen "api"
local client = t:connect "api"
t:task("watch", function() localsocket.sleep("1h") end)
t:defer(function() print "cleaned up" end)
io.open("started", "w"):close()
client:receive { timeout = "1h" }
