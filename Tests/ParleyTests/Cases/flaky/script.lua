scenario("passes the second time", function(t)
  local before = io.open "tried"
  io.open("tried", "w"):close()
  t:isTrue(before)
end)
scenario("never passes", function(t) t:equal(1, 2) end)
