scenario("one", { tags = "smoke" }, function(t) t:isTrue(true) end)
scenario("two", function(t) t:isTrue(false) end)
scenario("three", { tags = { "smoke", "slow" } }, function(t) t:isTrue(true) end)
