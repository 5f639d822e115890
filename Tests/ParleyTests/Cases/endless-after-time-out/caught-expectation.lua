--# timeout: 2s
t:task("other", function() localsocket.sleep "1h" end)
local a = t:pair { codec = "line" }
local wait = coroutine.create(function() a:receive { timeout = "1500ms" } end)
coroutine.resume(wait)
while true do end
