--# timeout: 5m
-- A process that writes more than anybody reads costs the memory of what is kept for the script.
local flood = t:spawn { "head", "-c", tostring(160 << 20), "/dev/zero", name = "flood" }
flood:expectExit(0, { timeout = "5m" })
local status = io.open(("/proc/%d/status"):format(t:pair().peer.pid)):read("a")
local peak = tonumber(status:match("VmHWM:%s+(%d+) kB"))
t:isTrue(peak < 128 * 1024, ("the worker has needed %d kB"):format(peak))
