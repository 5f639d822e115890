local keys = { first = "hunter2" }
scenario("one", function(t)
  t:equal(1, 2)
end)
scenario("two", function(t)
  t:isTrue(#secret(keys.first) > 0)
end)
