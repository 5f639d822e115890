--# timeout: 300ms
kept = setmetatable({}, { __gc = function() while true do end end })
t:isTrue(true)
