-- Deadlines over several waits.
local test, harness = ...
local same = harness.same

test("a wait under a deadline ends with it at the latest", function()
  local c, host = harness.conversation({}, { codec = "line" })
  local deadlines = host.prelude.deadlines
  local passed, raised = deadlines.protected(100, function() c:receive { timeout = "1s" } end)
  same({ passed, raised.message, host.clock },
    { false, "waited 100 ms for a message on «c1»; nothing came", 100 })
  passed, raised = deadlines.protected(300, function() c:receive { timeout = 50 } end)
  same({ passed, host.clock }, { false, 150 })
  passed, raised = deadlines.protected(300, function() c:receive() end)
  same({ passed, host.clock }, { false, 300 })
end)

test("a wait for ever ends with the deadline around it", function()
  local c, host = harness.conversation({}, { codec = "line" })
  local _, raised = host.prelude.deadlines.protected(70, function() c:receive { timeout = -1 } end)
  same(raised.message, "waited 70 ms for a message on «c1»; nothing came")
end)

test("of two deadlines the earlier one holds, and then the outer one again", function()
  local deadlines = harness.load().prelude.deadlines
  deadlines.protected(100, function()
    same(deadlines.limit(1000), 100)
    deadlines.protected(500, function() same(deadlines.limit(1000), 100) end)
    deadlines.protected(50, function() same(deadlines.limit(1000), 50) end)
    same(deadlines.limit(1000), 100)
  end)
  same({ deadlines.count, deadlines.limit(1000) }, { 0, 1000 })
end)

test("the waits of other actors have their own time", function()
  local deadlines = harness.load().prelude.deadlines
  deadlines.protected(100, function()
    coroutine.wrap(function() same(deadlines.limit(1000), 1000) end)()
  end)
end)

test("what a function gives or raises goes through", function()
  local deadlines = harness.load().prelude.deadlines
  same({ deadlines.protected(1, function() return 1, nil, 3 end) }, { true, 1, nil, 3 })
  same({ deadlines.protected(1, function() error("mine", 0) end) }, { false, "mine" })
end)

test("silence under a deadline lasts as long as it says", function()
  local c, host = harness.conversation({ 150, "x\n" }, { codec = "line" })
  local passed = host.prelude.deadlines.protected(100, function() c:quiet(200) end)
  same({ passed, host.clock }, { false, 150 })
end)
