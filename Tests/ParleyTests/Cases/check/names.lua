local server = t:listen("api", { codec = "lines", backlgo = 1 })
t:conect("api")
server:acept():expct("x", { timout = "1s" })
local daemon = t:spawn { "daemon", redy = ready.logged "up" }
daemon:awaitLogs "up"
