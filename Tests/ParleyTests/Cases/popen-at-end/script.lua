-- What the files of io.popen hold back is written, and their processes see the end, when nobody has
-- closed them.
scenario("a writer ends by itself", function(t)
  local file = io.popen("cat >written", "w")
  t:isTrue(file:write "hello\n")
end)

scenario("all see the end before one is waited for", { allow = "leaks" }, function(t)
  kept = { io.popen("cat >both", "w"), io.popen "exec sleep 60" }
  t:isTrue(kept[1]:write "world\n")
end)

scenario("errors are those of io.popen", function(t)
  local ok, message = pcall(function() local _ = io.popen("true", "both") end)
  t:equal({ ok, message }, {
    false, "script.lua:14: bad argument #2 to 'popen' (invalid mode)",
  })
end)
