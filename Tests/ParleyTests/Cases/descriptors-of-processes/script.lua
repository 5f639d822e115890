-- What serves a process goes with it, so that a worker can run any number of them.
local client, server = t:pair { codec = "line" }
t:spawn { "cat", stdin = server }
client:call("x", "x")
t:spawn { "true" }:expectExit()
local listing = io.popen(("ls /proc/%d/fd"):format(t:pair().peer.pid))
local _, count = listing:read("a"):gsub("\n", "")
listing:close()
t:isTrue(count < 40, count)
