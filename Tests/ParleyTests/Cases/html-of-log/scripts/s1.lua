scenario("passes", function(t) t:isTrue(true) end)
scenario("passes the second time", function(t)
  local before = io.open("tried-1")
  io.open("tried-1", "w"):close()
  t:isTrue(before)
end)
scenario("fails", function(t)
  local client, server = t:pair { codec = "line" }
  client:send "x"
  localsocket.sleep "10ms"
  server:expect "y"
end)
