scenario("a choice at random", function(t) t:equal(math.random(1 << 40), 0) end)
scenario("another one", function(t) t:equal({ math.random(1 << 40), t.seed }, 0) end)
