secret(var.token)
