local client, server = t:pair { codec = "line" }
t:task("server", function()
  server:expect "EHLO client"
  server:raw "250 hello\r\n"
end)
client:call("EHLO client", "250 hello")
