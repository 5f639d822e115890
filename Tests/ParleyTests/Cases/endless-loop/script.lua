--# timeout: 100ms
local count = 0
while true do count = count + 1 end
