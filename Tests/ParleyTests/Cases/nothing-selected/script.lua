t:equal(1, 1)
