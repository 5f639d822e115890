local left, right = t:pair { codec = "line" }
t:listen("go", { codec = "line" }):serve(function(c) right:send(c:receive()) end)
local socket = ("UNIX-CONNECT:%s"):format(t:path "go")
local p <close> = io.popen("sleep 0.1; echo on | socat -t2 - " .. socket)
left:expect "on"
