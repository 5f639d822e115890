scenario("passes", function(t) t:isTrue(true) end)
scenario("fails", function(t) t:isTrue(var.mended) end)
