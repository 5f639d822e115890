secret(var.token)
t:equal(arg[1], "nothing")
