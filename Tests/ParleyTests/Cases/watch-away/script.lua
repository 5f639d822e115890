scenario("one", function(t) t:isTrue(true) end)
