local client, server = t:pair { codec = "crlf" }
t:task("server", function()
  server:expect "EHLO client"
  server:raw "250 hello\n"
end)
client:call("EHLO client", "250 hello")
