--# timeout: 5s
local x <close> = setmetatable({}, { __close = function() localsocket.sleep "1h" end })
t:fail "stop"
