local client, server = t:pair { codec = "line" }
t:task("server", function()
  server:expect "QUIT"
  server:send("221 bye", "500 unknown command")
end)
client:call("QUIT", "221 bye")
