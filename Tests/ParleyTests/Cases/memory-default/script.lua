-- Asks for more than the default of 1 GiB at once, so that nothing is ever filled.
local text = ("x"):rep(1 << 30)
t:equal(#text, 0)
