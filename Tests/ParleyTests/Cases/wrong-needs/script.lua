scenario("a", { needs = 5 }, function(t) t:equal(1, 1) end)
