-- A process that writes NULs and broken UTF-8.
local w = t:spawn { "printf", "a\\0b\\377\\n", name = "w" }
w.stdout:expect "ab"
