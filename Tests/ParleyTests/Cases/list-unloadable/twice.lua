scenario("a", function(t) t:isTrue(true) end)
scenario("a", function(t) t:isTrue(true) end)
