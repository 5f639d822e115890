scenario("passes", function(t) t:isTrue(true) end)
scenario("passes the second time", function(t)
  local before = io.open("tried-3")
  io.open("tried-3", "w"):close()
  t:isTrue(before)
end)
scenario("fails", function(t)
  local client, server = t:pair { codec = "line" }
  client:send "x"
  localsocket.sleep "30ms"
  server:expect "y"
end)
