local client, server = t:pair { codec = "line" }
t:task("server", function()
  server:expect "hello Ada"
  server:send "welcome Ida"
end)
client:send "hello Ada"
client:expect "welcome Ada"
