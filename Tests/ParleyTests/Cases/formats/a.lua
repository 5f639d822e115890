scenario("a <plain> & \"quoted\" name # 1", function(t) t:isTrue(true) end)
scenario("a mismatch", { tags = "smoke" }, function(t)
  local left, right = t:pair { codec = "line" }
  left:send "a\0b ]]> \27[2J"
  right:expect "a,b: 100%"
end)
