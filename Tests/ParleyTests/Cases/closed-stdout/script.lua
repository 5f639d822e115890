-- Prints when nobody can read it any more; its socket must go all the same.
t:listen "api"
while not io.open "closed" do localsocket.sleep(1) end
print "nobody reads this"
localsocket.sleep "1h"
