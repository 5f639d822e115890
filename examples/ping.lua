-- Both sides of a conversation in one file: a client asks, a server answers.

local server = t:listen("ping", { codec = "line" })
local client = t:connect("ping", { codec = "line" })
local peer = server:accept()

client:send "PING"
peer:expect "PING"

peer:send "PONG"
client:expect "PONG"

client:close()
peer:expectEnd()
