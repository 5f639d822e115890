-- The server says twice what it should say once, and somebody connects who is never accepted.
local api = t:listen("api", { codec = "line" })
local client = t:connect("api", { codec = "line", name = "client" })
local server = api:accept()
client:send "reload"
server:expect "reload"
server:send("reloaded", "reloaded")
client:expect "reloaded"
t:connect "api"
