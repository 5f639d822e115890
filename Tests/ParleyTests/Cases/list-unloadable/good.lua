scenario("good", function(t) t:isTrue(true) end)
