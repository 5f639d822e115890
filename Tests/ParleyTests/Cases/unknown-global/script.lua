local a = 1
t:equal(a, 1)
pritn(a)
foo()
