t:spawn { "sh", "-c", "echo cannot bind: address in use >&2; exit 3", name = "daemon",
  ready = ready.connectable "daemon.sock" }
