scenario("passes although its name is a whole sentence and then half of another sentence", function(t)
  t:equal(1, 1)
end)

scenario("waits", function(t)
  local a = t:pair { codec = "line", name = "a-name-that-is-longer-than-a-lane-may-be" }
  a:expect "/usr/share/somewhere/very/deep/down/in/the/tree/where/nobody/looks/for/anything/at/all"
end)

scenario("skipped", function(t)
  t:skip "what it needs stands in /usr/share/somewhere/very/deep/down/in/the/tree/where/nobody/looks"
end)
