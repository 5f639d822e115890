--# timeout: 2s
local a = t:pair { codec = "line" }
pcall(a.receive, a)
while true do end
