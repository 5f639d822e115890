t:listen "api"
t:defer(function() print "cleaned up" end)
io.open("started", "w"):close() while true do end
