local left, right = t:pair { codec = "line" }
local line = ("x"):rep(50000)
for _ = 1, 30 do
  left:send(line)
  right:expect(line)
end
