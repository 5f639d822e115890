local here = 1
local there = 2
local everywhere = 3
