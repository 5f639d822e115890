local client, server = t:pair { codec = "u8" }
server:send "\0\1\3hello\nworld"
client:expect "\0\1\2hello\r\nworld"
