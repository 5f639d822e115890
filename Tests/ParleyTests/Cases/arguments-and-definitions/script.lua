t:equal(arg, { [0] = "script.lua", "one", "--two" })
t:equal(var, { name = "value" })
