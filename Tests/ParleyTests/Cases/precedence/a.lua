t:equal(1, 2)
