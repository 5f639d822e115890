scenario("dies", function(t)
  t:listen "api"
  t:connect("api"):send "the last words"
  os.execute "kill -KILL $PPID"
end)
scenario("lives", function(t) t:isTrue(true) end)
