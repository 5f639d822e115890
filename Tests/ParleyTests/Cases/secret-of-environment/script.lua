t:note("%s and %s", var.TOKEN, var.key)
t:equal(var.TOKEN, "hunter2")
local client, server = t:pair { codec = "line" }
client:send(var.key)
server:expect "another key"
