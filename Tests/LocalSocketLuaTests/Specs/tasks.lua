-- spawn, join, cancel and status.

local harness = ...
local test, same, fails = harness.test, harness.same, harness.fails
local localsocket = harness.localsocket
local spawn = localsocket.spawn

local function forever() localsocket.sleep("1h") end

test("a task starts at the next turn, with its arguments", function()
  local got
  local task = spawn(function(...) got = table.pack(...) end, 1, nil, "three")

  same({ got, task:status() }, { nil, "ready" })
  assert(task:join("10s"))

  same(got, { 1, nil, "three", n = 3 })
end)

test("tasks start in the order of spawn", function()
  local order, tasks = {}, {}
  for index = 1, 5 do tasks[index] = spawn(function() order[#order + 1] = index end) end
  for _, task in ipairs(tasks) do task:join("10s") end
  same(order, { 1, 2, 3, 4, 5 })
end)

test("join gives true and the results, again and again", function()
  local task = spawn(function() return 1, nil, "three", nil end)
  for _ = 1, 2 do
    same(table.pack(task:join("10s")), { true, 1, nil, "three", nil, n = 5 })
  end
  same(task:status(), "done")
end)

test("many results pass through join", function()
  local task = spawn(function() return table.unpack({}, 1, 200) end)
  same(select("#", task:join("10s")), 201)
end)

test("join times out while the task goes on", function()
  local task <close> = spawn(forever)
  fails(nil, "SocketTimeoutError", task:join(1))
  same(task:status(), "waiting")
end)

test("join takes no longer where the task has failed and waits while it is closed", function()
  local start = localsocket.now()
  local task = spawn(function()
    local _ <close> = setmetatable({}, { __close = function() localsocket.sleep(harness.limit) end })
    error("broken", 0)
  end)
  pcall(task.join, task, 10)
  assert(localsocket.now() - start < harness.limit / 2)
  task:cancel()
  if task:status() ~= "failed" then same(harness.uncaught(), "broken") end
end)

test("join raises the task's own error", function()
  local value = setmetatable({}, { __tostring = function() return "mine" end })
  local task = spawn(function() error(value) end)

  local fine, raised = pcall(task.join, task, "10s")

  same({ fine, rawequal(raised, value), task:status() }, { false, true, "failed" })
  same(select(2, pcall(task.join, task)), value)
end)

test("several tasks join one", function()
  local target = spawn(function()
    localsocket.sleep(1)
    return "result"
  end)
  local joiners = {}
  for index = 1, 3 do joiners[index] = spawn(function() return target:join("10s") end) end
  for _, joiner in ipairs(joiners) do same({ joiner:join("10s") }, { true, true, "result" }) end
end)

test("a failure that several join is raised in each", function()
  local target = spawn(function()
    localsocket.sleep(1)
    error("broken", 0)
  end)
  local joiners = {}
  for index = 1, 3 do
    joiners[index] = spawn(function() return select(2, pcall(target.join, target, "10s")) end)
  end
  for _, joiner in ipairs(joiners) do same({ joiner:join("10s") }, { true, "broken" }) end
end)

test("the failure of a task that nobody joins comes to light", function()
  spawn(function() error("nobody looks", 0) end)
  same(harness.uncaught(), "nobody looks")
end)

test("cancel raises cancelled at the wait", function()
  local seen
  local task = spawn(function()
    local _
    _, seen = pcall(forever)
    error(seen, 0)
  end)
  harness.turnUntil(function() return task:status() == "waiting" end)

  task:cancel()
  harness.turnUntil(function() return task:status() == "cancelled" end)

  same(seen, "cancelled")
end)

test("cancel runs what the task has to close", function()
  local closed = false
  local task = spawn(function()
    local _ <close> = setmetatable({}, { __close = function() closed = true end })
    forever()
  end)
  harness.turnUntil(function() return task:status() == "waiting" end)

  task:cancel()
  harness.turnUntil(function() return task:status() == "cancelled" end)

  same(closed, true)
end)

test("a cancelled task is cancelled again at its next wait", function()
  local raised = {}
  local task = spawn(function()
    for index = 1, 2 do
      local _
      _, raised[index] = pcall(forever)
    end
    return "survived"
  end)
  harness.turnUntil(function() return task:status() == "waiting" end)

  task:cancel()

  same({ task:join("10s") }, { true, "survived" })
  same(raised, { "cancelled", "cancelled" })
end)

test("a task that has not begun never does when it is cancelled", function()
  local ran = false
  local task = spawn(function() ran = true end)

  task:cancel()
  harness.settle()

  same({ task:status(), ran }, { "cancelled", false })
end)

test("join of a cancelled task raises cancelled", function()
  local task = spawn(forever)
  harness.turnUntil(function() return task:status() == "waiting" end)
  task:cancel()

  local fine, raised = pcall(task.join, task, "10s")

  same({ fine, raised, task:status() }, { false, "cancelled", "cancelled" })
end)

test("cancel of a task that has ended does nothing", function()
  local task = spawn(function() return 1 end)
  task:join("10s")
  task:cancel()
  same({ task:status(), task:join() }, { "done", true, 1 })
end)

test("leaving a scope cancels a task", function()
  local kept
  do
    local task <close> = spawn(forever)
    kept = task
    harness.turnUntil(function() return task:status() == "waiting" end)
  end
  harness.turnUntil(function() return kept:status() == "cancelled" end)
end)

test("a task can cancel itself", function()
  local task
  task = spawn(function()
    task:cancel()
    forever()
  end)
  fails(nil, "SocketTimeoutError", spawn(forever):join(0))
  local fine, raised = pcall(task.join, task, "10s")
  same({ fine, raised }, { false, "cancelled" })
end)

test("a thousand tasks sleep and end", function()
  local ended = 0
  for _ = 1, 1000 do
    spawn(function()
      localsocket.sleep(1)
      ended = ended + 1
    end)
  end
  harness.turnUntil(function() return ended == 1000 end)
end)

test("the threads of callbacks are used again", function()
  local a, b = harness.pair()
  local seen, distinct, calls = {}, 0, 0
  a:on("readyRead", function()
    a:readAll()
    calls = calls + 1
    local thread = coroutine.running()
    if not seen[thread] then
      seen[thread], distinct = true, distinct + 1
    end
  end)
  for count = 1, 50 do
    b:write("x")
    harness.turnUntil(function() return calls == count end)
  end
  same(distinct, 1)
end)

test("a thousand ended tasks leave nothing behind", function()
  local function used()
    for _ = 1, 3 do
      harness.settle()
      collectgarbage()
    end
    return collectgarbage("count")
  end
  local function spawnMany()
    for _ = 1, 1000 do spawn(function() localsocket.sleep(0) end) end
  end
  spawnMany()
  local before = used()

  spawnMany()
  spawnMany()

  local grown = used() - before
  assert(grown < 200, grown .. " KiB")
end)

test("a yield of a task's own is refused", function()
  spawn(function() coroutine.yield() end)
  local raised = tostring(harness.uncaught())
  assert(raised:find("yield", 1, true), raised)
end)

test("a task in which a coroutine yields goes on", function()
  local task = spawn(function()
    local sum = 0
    for value in coroutine.wrap(function()
      for index = 1, 3 do
        localsocket.sleep(1)
        coroutine.yield(index)
      end
    end) do
      sum = sum + value
    end
    return sum
  end)
  same({ task:join("10s") }, { true, 6 })
end)

test("a task takes as many arguments as a call does", function()
  local many = {}
  for index = 1, 2000 do many[index] = index end
  same({ spawn(select, "#", table.unpack(many)):join("10s") }, { true, 2000 })
end)

test("a timer takes as many arguments as a call does", function()
  local many = {}
  for index = 1, 300 do many[index] = index end
  local count
  localsocket.after(0, function(...) count = select("#", ...) end, table.unpack(many))
  while not count do localsocket.sleep(1) end
  same(count, 300)
end)

test("a wait that begins where one was just cancelled is a wait of its own", function()
  local a, b = harness.pair()
  local raised
  local first = spawn(function()
    raised = select(2, pcall(a.waitForReadyRead, a, -1))
  end)
  harness.settle()
  local second = spawn(function()
    first:cancel()
    return a:waitForReadyRead("20s")
  end)
  harness.settle()
  same(raised, "cancelled")
  b:write("x")
  same({ second:join("20s") }, { true, true })
end)

test("coroutine.close of a waiting task ends its wait and the task at once", function()
  local a, b = harness.pair()
  local thread, closed
  local task = spawn(function()
    local _ <close> = setmetatable({}, { __close = function() closed = true end })
    thread = coroutine.running()
    a:waitForReadyRead(-1)
  end)
  harness.turnUntil(function() return task:status() == "waiting" end)

  same({ coroutine.close(thread) }, { true })

  same(closed, true)
  fails(false, "SocketTimeoutError", a:waitForReadyRead(0))
  b:write("x")
  same(a:waitForReadyRead("10s"), true)
  same(task:status(), "cancelled")
end)

test("join of a task whose coroutine was closed raises cancelled", function()
  local thread
  local task = spawn(function()
    thread = coroutine.running()
    localsocket.sleep("1h")
  end)
  harness.turnUntil(function() return task:status() == "waiting" end)
  coroutine.close(thread)

  same({ pcall(task.join, task, "10s") }, { false, "cancelled" })
end)
