#!/usr/bin/env parley
-- greeting
local listener = t:listen("greeter", { codec = "line" })
t:task("greeter", function()
	local guest = listener:accept()
	guest:expect { name = "Ada" }
	guest:send "welcome\n"
end)

local client = t:connect("greeter", { codec = "line" })
client:send("hello Ada"):expect("welcome\n")
client:expectSequence { "a", {}, any.number }
t:skip "not yet"
cleint:close()
print(tostrng(1))
t:listen "nobody"
