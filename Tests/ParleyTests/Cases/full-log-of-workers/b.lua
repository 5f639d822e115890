local left, right = t:pair { codec = "line" }
for _ = 1, 150 do
  left:send(("x"):rep(2000))
  right:expect(any.string)
end
