scenario("passes", function(t) t:isTrue(true) end)
scenario("a match that takes for ever", { timeout = "50ms" }, function(t)
  t:listen "api"
  t:spawn { "sleep", "600" }
  local subject, pattern = ("a"):rep(40), (".-"):rep(40) .. "b"
  local first = subject:find(pattern)
end)
scenario("is not run", function(t) t:isTrue(true) end)
