local client, server = t:pair { codec = "line" }
t:task("server", function()
  server:expect "reload"
  localsocket.sleep "150ms"
  server:send "reloaded"
end)
client:send "reload"
client:expect("reloaded", { timeout = "50ms" })
