-- No socket may get the number of stdout, so that the report would go to the peer.
local ears, mouth = t:pair { codec = "line" }
mouth:send "hello"
ears:expect "hello"
ears:quiet "1ms"
