scenario("waits", function(t)
  io.open("started", "w"):close()
  localsocket.sleep "1h"
end)
scenario("is not run", function(t) t:fail "it was run" end)
scenario("nor is this", function(t) t:fail "it was run" end)
