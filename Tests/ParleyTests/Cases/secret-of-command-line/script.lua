scenario("fails", function(t)
  secret(var.token)
  t:equal(arg[1], "nothing")
end)

scenario("kills its process", function()
  secret(var.token)
  os.execute("kill -9 $PPID")
end)

scenario("passes against expectation", { todo = "for a while" }, function(t)
  secret(var.token)
  t:isTrue(true)
end)
