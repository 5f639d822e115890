scenario("passes", function(t) t:isTrue(true) end)
scenario("passes the second time", function(t)
  local before = io.open("tried-2")
  io.open("tried-2", "w"):close()
  t:isTrue(before)
end)
scenario("fails", function(t)
  local client, server = t:pair { codec = "line" }
  client:send "x"
  localsocket.sleep "20ms"
  server:expect "y"
end)
