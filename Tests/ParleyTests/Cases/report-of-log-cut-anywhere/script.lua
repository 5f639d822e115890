scenario("talks", function(t)
  local a, b = t:pair { codec = "line" }
  a:send "hello"
  b:expect "hello"
end)

scenario("runs a process", function(t)
  t:spawn({ "echo", "é" }):expectExit(0)
end)

scenario("fails", function(t)
  t:equal({ 1, "\0\xff" }, { 2 })
end)
