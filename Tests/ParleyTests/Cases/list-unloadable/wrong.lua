scenario("a", { needs = { cmd = "sh" } }, function(t) t:isTrue(true) end)
