--# timeout: 10s
local file = io.popen "exec sleep 15"
t:isTrue(true)
