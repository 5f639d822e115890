local daemon = t:spawn { "sh", "daemon.sh", name = "daemon", ready = ready.logged "serving" }
daemon.stdin:send "quit"
daemon:expectExit(0)
