local a, b = t:pair()
a:send "x"
b:receive()
