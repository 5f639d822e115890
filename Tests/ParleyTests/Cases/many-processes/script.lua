for _ = 1, 60 do t:spawn { "true", name = "short" }:expectExit(0) end
