scenario("first", function(t)
  t:fail "not selected"
end)

