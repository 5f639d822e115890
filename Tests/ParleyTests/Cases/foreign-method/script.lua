local server = localsocket.Server()
local write = localsocket.Socket().write
write(server, "x")
