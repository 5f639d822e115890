--# timeout: 10s
local file = io.popen "exec sleep 50"
t:isTrue(true)
