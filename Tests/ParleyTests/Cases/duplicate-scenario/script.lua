scenario("same", function(t) t:equal(1, 1) end)
scenario("same", function(t) t:equal(1, 1) end)
