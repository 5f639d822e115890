-- The server has a misspelt verb; the client need not wait until its own time is up.
t:task("server", function()
  local server = t:listen("api", { codec = "line" }):accept()
  server:expect "PING"
  server:sned "PONG"
end)
localsocket.sleep(10)
local client = t:connect("api", { codec = "line", name = "client" })
client:call("PING", "PONG", { timeout = "30s" })
