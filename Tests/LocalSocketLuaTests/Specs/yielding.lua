-- The yield matrix: every call that waits, in every place a script can call it from.

local harness = ...
local test, same = harness.test, harness.same
local localsocket = harness.localsocket

---Does something when the others have had their turn.
local function later(fn)
  localsocket.spawn(function()
    localsocket.sleep(0)
    fn()
  end)
end

---Each gives a function that waits, and a function that checks its results.
local calls = {
  waitForConnected = function()
    local server, client = harness.fullServer()
    harness.acceptAll(server)
    return function() return client:waitForConnected("10s") end, { true, n = 1 }
  end,
  waitForReadyRead = function()
    local a, b = harness.pair()
    later(function() b:write("x") end)
    return function() return a:waitForReadyRead("10s") end, { true, n = 1 }
  end,
  waitForBytesWritten = function()
    local server = harness.listen()
    server:setMaxPendingConnections(0)
    local client = harness.close(assert(localsocket.connect(server:fullServerName())))
    client:write(("x"):rep(4 << 20))
    while client:flush() do end
    later(function() harness.close(assert(server:accept("10s"))) end)
    return function() return client:waitForBytesWritten("10s") end, { true, n = 1 }
  end,
  waitForDisconnected = function()
    local a, b = harness.pair()
    later(function() b:close() end)
    return function() return a:waitForDisconnected("10s") end, { true, n = 1 }
  end,
  accept = function()
    local server = harness.listen()
    later(function() harness.close(assert(localsocket.connect(server:fullServerName()))) end)
    return function()
      local socket = harness.close(assert(server:accept("10s")))
      return socket:state()
    end, { "ConnectedState", n = 1 }
  end,
  waitForNewConnection = function()
    local server = harness.listen()
    later(function() harness.close(assert(localsocket.connect(server:fullServerName()))) end)
    return function() return server:waitForNewConnection("10s") end, { true, false, n = 2 }
  end,
  connect = function()
    local server = harness.fullServer()
    harness.acceptAll(server)
    return function()
      local socket = harness.close(assert(localsocket.connect(server:fullServerName())))
      return socket:state()
    end, { "ConnectedState", n = 1 }
  end,
  sendMessage = function()
    local server = harness.listen { kind = "seqpacket" }
    server:setMaxPendingConnections(0)
    local client = harness.close(
      assert(localsocket.connect(server:fullServerName(), { kind = "seqpacket" })))
    local text = ("x"):rep(30000)
    while client:sendMessage(text, { timeout = 1 }) do end
    later(function() harness.close(assert(server:accept("10s"))) end)
    return function() return client:sendMessage(text, { timeout = "10s" }) end, { #text, n = 1 }
  end,
  receiveMessage = function()
    local a, b = harness.pair("seqpacket")
    later(function() b:write("x") end)
    return function() return a:receiveMessage("10s").data end, { "x", n = 1 }
  end,
  sleep = function()
    return function() return localsocket.sleep(1) end, { n = 0 }
  end,
  join = function()
    local task = localsocket.spawn(function()
      localsocket.sleep(0)
      return "result", nil
    end)
    return function() return task:join("10s") end, { true, "result", nil, n = 3 }
  end,
  run = function()
    later(localsocket.stop)
    return function() return localsocket.run("10s") end, { n = 0 }
  end,
  step = function()
    return function() return localsocket.step("10s") end, { n = 0 }
  end,
}

---Each calls a function from a certain place, once.
local places = {
  ["a task"] = function(body) assert(localsocket.spawn(body):join("20s")) end,
  ["pcall"] = function(body) assert(pcall(body)) end,
  ["xpcall"] = function(body) assert(xpcall(body, debug.traceback)) end,
  ["a metamethod"] = function(body)
    local _ = setmetatable({}, { __index = function() body() end }).field
  end,
  ["an arithmetic metamethod"] = function(body)
    local _ = setmetatable({}, { __add = function() body() end }) + 1
  end,
  ["a for iterator"] = function(body)
    local called = false
    for _ in function()
      if called then return nil end
      called = true
      body()
      return true
    end do end
  end,
  ["require"] = function(body)
    package.preload.yielding = body
    package.loaded.yielding = nil
    require "yielding"
  end,
  ["a table.sort comparator"] = function(body)
    local called = false
    table.sort({ 2, 1 }, function(left, right)
      if not called then
        called = true
        body()
      end
      return left < right
    end)
  end,
  ["a string.gsub callback"] = function(body) string.gsub("x", ".", function() body() end) end,
  ["tostring"] = function(body)
    tostring(setmetatable({}, { __tostring = function()
      body()
      return "text"
    end }))
  end,
  ["a wrapped coroutine"] = function(body) coroutine.wrap(body)() end,
  ["a resumed coroutine"] = function(body) assert(coroutine.resume(coroutine.create(body))) end,
  ["a coroutine in a coroutine"] = function(body)
    coroutine.wrap(function() coroutine.wrap(body)() end)()
  end,
  ["a coroutine in a table.sort comparator"] = function(body)
    local called = false
    table.sort({ 2, 1 }, function(left, right)
      if not called then
        called = true
        coroutine.wrap(body)()
      end
      return left < right
    end)
  end,
  ["a callback"] = function(body)
    local a, b = harness.pair()
    local done = false
    a:once("readyRead", function()
      body()
      done = true
    end)
    b:write("x")
    harness.turnUntil(function() return done end)
  end,
  ["a timer"] = function(body)
    local done = false
    localsocket.after(0, function()
      body()
      done = true
    end)
    harness.turnUntil(function() return done end)
  end,
  ["__close"] = function(body)
    do
      local _ <close> = setmetatable({}, { __close = function() body() end })
    end
  end,
  ["__close after an error"] = function(body)
    pcall(function()
      local _ <close> = setmetatable({}, { __close = function() body() end })
      error("out")
    end)
  end,
}

---Runs one cell: the call gives its results, and another task goes on meanwhile.
local function runCell(call, place)
  local body, expected = call()
  local results, others = nil, 0
  localsocket.spawn(function() others = others + 1 end)
  place(function()
    assert(results == nil, "the place has called twice")
    results = table.pack(body())
  end)
  same(results, expected)
  same(others, 1, "tasks that went on")
end

local function sortedPairs(map)
  local keys = {}
  for key in pairs(map) do keys[#keys + 1] = key end
  table.sort(keys)
  local index = 0
  return function()
    index = index + 1
    return keys[index], map[keys[index]]
  end
end

for name, call in sortedPairs(calls) do
  for placeName, place in sortedPairs(places) do
    test(("%s in %s"):format(name, placeName), function() runCell(call, place) end)
    test(("%s in %s of a task"):format(name, placeName), function()
      assert(localsocket.spawn(runCell, call, place):join("30s"))
    end)
  end
end
