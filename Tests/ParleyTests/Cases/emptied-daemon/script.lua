local up, pipe = t:path "up", t:path "pipe"
t:spawn {
  "sh", "-c", ([[
    mkfifo %s
    setsid env -i sh -c 'echo >%s; read word <%s' &
    until test -s %s; do sleep 0.01; done
  ]]):format(pipe, up, pipe, up), name = "daemon",
}:expectExit(0)
