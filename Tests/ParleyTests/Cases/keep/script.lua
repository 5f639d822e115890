local path = t:path "evidence"
io.open(path, "w"):close()
t:fail "look there"
