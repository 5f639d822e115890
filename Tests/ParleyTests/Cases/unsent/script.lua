-- The server hangs up after its greeting, before it has heard what the client says.
local api = t:listen("api", { codec = "line" })
local client = t:connect("api", { codec = "line", name = "client" })
local server = api:accept()
server:send "welcome"
client:expect "welcome"
server:close()
client:send "name ann"
client:send "subscribe news"
