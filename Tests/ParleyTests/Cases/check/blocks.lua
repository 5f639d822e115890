scenario("a", { wiat = "1s" }, function(t) t.check:equals(1, 2) end)
scenario("a", function(t) t:isTrue(t.nam) end)
