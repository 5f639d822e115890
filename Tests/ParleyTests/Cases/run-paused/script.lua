local count = 41

scenario("fails", function(t)
  local left, right = t:pair({ codec = "line" })
  t:task("other", function() right:receive() count = 0 end)
  left:send("still there")
  local function check(expected)
    t:equal(count, expected)
  end
  check(42)
end)

scenario("passes", function(t) t:equal(1, 1) end)
