local client, server = t:pair { codec = "u16be" }
t:task("server", function()
  server:expect "PING"
  server:send "PONG\0"  -- a C string with its end
end)
client:call("PING", "PONG")
