local client, server = t:pair { codec = "line" }
t:task("server", function()
  server:expect "hello"
end)
client:expect "welcome"
