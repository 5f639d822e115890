--# timeout: 300ms
local x <close> = setmetatable({}, { __close = function() while true do end end })
localsocket.sleep "1h"
