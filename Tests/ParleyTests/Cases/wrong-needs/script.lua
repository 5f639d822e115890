scenario("a", { needs = "cmd:sh" }, function(t) t:equal(1, 1) end)
