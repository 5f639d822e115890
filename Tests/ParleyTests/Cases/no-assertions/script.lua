local a = t:pair()
a:send "x"
