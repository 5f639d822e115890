-- A daemon that has taken the connection and does not look at it.
local client, server = t:pair { codec = "line", name = "api" }
t:spawn { "sh", "-c", "echo starting >&2; exec sleep 100", name = "daemon", stdin = server,
  ready = ready.logged "starting" }
client:send "reload"
client:expect("reloaded", { timeout = "50ms" })
