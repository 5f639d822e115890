local word = secret "hunter2"
local client, server = t:pair { codec = "line" }
client:send(word)
server:expect(secret("hunter3"))
