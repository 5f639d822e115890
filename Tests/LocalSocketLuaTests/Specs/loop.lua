-- sleep, after, every, run, stop, step and now; durations.

local harness = ...
local test, same, raises = harness.test, harness.same, harness.raises
local localsocket = harness.localsocket

test("now is a float that grows", function()
  local before = localsocket.now()
  localsocket.sleep(2)
  local after = localsocket.now()

  same(math.type(before), "float")
  assert(after - before >= 2 and after - before < 20000, after - before)
end)

test("sleep lets others run, and returns nothing", function()
  local ran = false
  localsocket.spawn(function() ran = true end)
  same(select("#", localsocket.sleep(0)), 0)
  harness.settle()
  same(ran, true)
end)

test("sleepers wake in the order of their times", function()
  local order = {}
  for _, time in ipairs { 150, 50, 100 } do
    localsocket.spawn(function()
      localsocket.sleep(time)
      order[#order + 1] = time
    end)
  end
  harness.turnUntil(function() return #order == 3 end)
  same(order, { 50, 100, 150 })
end)

test("a duration is a number of milliseconds or a text with a unit", function()
  for text, milliseconds in pairs { ["2ms"] = 2, ["0.003s"] = 3, ["0.0001m"] = 6, ["0ms"] = 0 } do
    local before = localsocket.now()
    localsocket.sleep(text)
    assert(localsocket.now() - before >= milliseconds, text)
  end
end)

test("what is no duration is refused by name", function()
  for _, text in ipairs { "soon", "5", "ms", "-1s", "1 day", "nans", "infs", "0x10s" } do
    raises("#1 to 'localsocket.sleep'", localsocket.sleep, text)
  end
  for _, number in ipairs { -2, 0 / 0, 1 / 0, -1 / 0, 1e300 } do
    raises("#1 to 'localsocket.sleep'", localsocket.sleep, number)
  end
  raises("number or duration expected, got table", localsocket.sleep, {})
  raises("number or duration expected, got no value", localsocket.sleep)
  raises("number or duration expected, got boolean", localsocket.sleep, true)
end)

test("after calls its function once, with the arguments", function()
  local calls = {}
  localsocket.after(1, function(...) calls[#calls + 1] = table.pack(...) end, "a", nil, 3)
  harness.turnUntil(function() return #calls > 0 end)
  localsocket.sleep(3)
  same(calls, { { "a", nil, 3, n = 3 } })
end)

test("every calls its function again and again until it is cancelled", function()
  local calls = 0
  local timer
  timer = localsocket.every(1, function(text)
    assert(text == "argument")
    calls = calls + 1
    if calls == 3 then timer:cancel() end
  end, "argument")
  harness.turnUntil(function() return calls == 3 end)
  localsocket.sleep(5)
  same(calls, 3)
end)

test("a cancelled timer does not fire", function()
  local fired = false
  local timer = localsocket.after(1, function() fired = true end)
  timer:cancel()
  timer:cancel()
  localsocket.sleep(5)
  same(fired, false)
end)

test("leaving a scope cancels a timer", function()
  local fired = false
  do
    local _ <close> = localsocket.after(1, function() fired = true end)
  end
  localsocket.sleep(5)
  same(fired, false)
end)

test("a timer that nobody holds fires all the same", function()
  local fired = false
  localsocket.after(1, function() fired = true end)
  collectgarbage()
  harness.turnUntil(function() return fired end)
end)

test("an error in a timer comes to light, and others go on", function()
  local fired = 0
  localsocket.after(1, function() error("the timer fails", 0) end)
  localsocket.after(2, function() fired = fired + 1 end)
  same(harness.uncaught(), "the timer fails")
  harness.turnUntil(function() return fired == 1 end)
end)

test("a repeated timer goes on after an error", function()
  local calls = 0
  local timer <close> = localsocket.every(1, function()
    calls = calls + 1
    if calls == 1 then error("once", 0) end
  end)
  same(harness.uncaught(), "once")
  harness.turnUntil(function() return calls == 3 end)
  timer:cancel()
end)

test("a timer's function may wait", function()
  local done = false
  localsocket.after(0, function()
    localsocket.sleep(1)
    done = true
  end)
  harness.turnUntil(function() return done end)
end)

test("run lasts its time", function()
  local before = localsocket.now()
  same(select("#", localsocket.run(5)), 0)
  assert(localsocket.now() - before >= 5)
end)

test("stop ends run", function()
  localsocket.after(1, localsocket.stop)
  local before = localsocket.now()
  localsocket.run("1m")
  assert(localsocket.now() - before < 30000)
end)

test("stop outside run does nothing", function()
  localsocket.stop()
  local before = localsocket.now()
  localsocket.run(2)
  assert(localsocket.now() - before >= 2)
end)

test("stop ends the innermost run only", function()
  local order = {}
  localsocket.after(0, function()
    localsocket.after(0, function()
      order[#order + 1] = "stop"
      localsocket.stop()
    end)
    localsocket.run("1m")
    order[#order + 1] = "inner"
    localsocket.stop()
  end)
  localsocket.run("1m")
  order[#order + 1] = "outer"
  same(order, { "stop", "inner", "outer" })
end)

test("run without a time ends when nothing is left", function()
  local order = {}
  localsocket.after(2, function() order[#order + 1] = "timer" end)
  localsocket.spawn(function()
    localsocket.sleep(1)
    order[#order + 1] = "task"
  end)
  localsocket.run()
  table.sort(order)
  same(order, { "task", "timer" })
  localsocket.run()
end)

test("run without a time goes on while a server listens", function()
  local server = harness.listen()
  localsocket.after(1, function() server:close() end)
  localsocket.run()
  same(server:isListening(), false)
end)

test("run without a time goes on while a socket is connected", function()
  local a, b = harness.pair()
  localsocket.after(1, function()
    a:close()
    b:close()
  end)
  localsocket.run()
  same({ a:state(), b:state() }, { "UnconnectedState", "UnconnectedState" })
end)

test("step makes one turn", function()
  local order = {}
  localsocket.spawn(function()
    order[#order + 1] = 1
    localsocket.sleep("1h")
  end)
  same(select("#", localsocket.step()), 0)
  same(order, { 1 })
end)

test("step waits no longer than its time", function()
  local before = localsocket.now()
  localsocket.step(2)
  local passed = localsocket.now() - before
  assert(passed < 20000, passed)
end)

test("step ends when something happens", function()
  local a, b = harness.pair()
  local before = localsocket.now()
  b:write("x")
  harness.turnUntil(function() return a:bytesAvailable() == 1 end)
  assert(localsocket.now() - before < 10000)
end)

test("a timer that repeats without a pause is refused", function()
  raises("#1 to 'localsocket.every'", localsocket.every, 0, print)
end)
