scenario("fails", function(t)
  local password = secret "hunter2"
  t:equal(#password, 8)
end)
scenario("is killed", function(t)
  io.open("started", "w"):close()
  while true do localsocket.sleep(1000) end
end)
