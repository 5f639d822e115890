scenario("a match that takes for ever", { timeout = "50ms" }, function(t)
  t:listen "api"
  local subject, pattern = ("a"):rep(40), (".-"):rep(40) .. "b"
  local first = subject:find(pattern)
end)
