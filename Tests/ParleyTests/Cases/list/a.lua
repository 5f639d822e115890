#!/usr/bin/env parley
--# needs: env:HOME; timeout: 20s
print "the top level runs"
scenario("one", { tags = "smoke", skip = "for now" }, function(t) print "never" end)
scenario("two", { tags = { "smoke", "slow" }, needs = "cmd:redis-server" }, function(t) end)
