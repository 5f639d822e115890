local daemon = t:spawn {
  "sh", "-c", "sleep 60 & echo serving; read line", name = "daemon", ready = ready.logged "serving",
}
daemon.stdin:send "quit"
daemon:expectExit(0)
