local deaf = "trap '' TERM; echo up; while :; do sleep 0.05; done"

scenario("ignores SIGTERM", function(t)
  t:spawn { "sh", "-c", deaf, ready = ready.logged "up", stop = { timeout = "100ms" } }
  t:isTrue(true)
end)

scenario("forks away", function(t)
  t:spawn({ "sh", "-c", "setsid sleep 7317.1 >/dev/null 2>&1 & exit 0" }):expectExit(0)
end)

scenario("dies at once", function(t)
  t:spawn { "sh", "-c", "exit 3", ready = ready.connectable "daemon" }
end)

scenario("never gets ready", { wait = "50ms" }, function(t)
  t:listen "other"
  t:spawn { "sleep", "7317.2", ready = ready.exists(t:path "daemon") }
end)
