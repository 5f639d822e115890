-- Both are longer than what the run reads of a long log.
local left, right = t:pair { codec = "line" }
left:send(("x"):rep(6000000))
right:expect(("x"):rep(5999999) .. "y")
