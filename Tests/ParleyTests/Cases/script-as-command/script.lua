t:equal(arg, { [0] = "script.lua", "one", "--", "--two" })
