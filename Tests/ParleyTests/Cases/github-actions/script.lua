t:equal("a: `100%`", "b")
