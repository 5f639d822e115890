-- Runs a spec in the stock interpreter:  lua5.4 stock.lua PATH
local directory = debug.getinfo(1, "S").source:match("^@(.*)/") or "."
local passed, reports = assert(loadfile(directory .. "/harness.lua"))(...)
print(passed .. " passed")
if reports ~= "" then error(reports, 0) end
