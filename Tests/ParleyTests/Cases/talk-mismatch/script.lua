local client, server = t:pair { codec = "crlf" }
t:task("server", function()
  server:send "220 mail.example ready"
  server:expect "HELO mail.example"
  server:send "550 go away"
end)
client:talk [[
  < 220 {{host}} ready
  > HELO {{host}}
  # the session's number is not known before
  < 250 hello, session {{session=%d+}}
  > QUIT {{session}}
]]
