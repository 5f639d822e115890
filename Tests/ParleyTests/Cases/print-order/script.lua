scenario("one", function(t)
  print "first"
  t:isTrue(true)
end)
scenario("two", function(t)
  io.write "second\n"
  t:isTrue(true)
end)
