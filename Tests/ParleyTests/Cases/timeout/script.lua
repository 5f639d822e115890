local client, server = t:pair { codec = "line" }
t:task("server", function()
  server:expect "PING"
  server:raw "+PON"
  localsocket.sleep "1h"
end)
client:send "PING"
client:expect("+PONG", { timeout = "50ms" })
