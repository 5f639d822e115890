--# timeout: 20s
local a, b = t:pair { codec = "line" }
local x <close> = setmetatable({}, { __close = function() b.socket:waitForDisconnected() end })
a:send "hi"
b:expect("ho", { timeout = "1s" })
