local client, server = t:pair { codec = "line" }
client:close()
client:send "too late"
