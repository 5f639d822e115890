t:equal(io.read "a", "")
