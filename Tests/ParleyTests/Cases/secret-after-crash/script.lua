scenario("kills its process", function()
  os.execute("kill -9 $PPID")
end)

scenario("has a secret of another file", function(t)
  require "marking"
  t:isTrue(true)
end)

scenario("fails", function(t)
  t:equal(var.token, "nothing")
end)
