-- What the collector may take, and what lives on.

local harness = ...
local test, same = harness.test, harness.same
local localsocket, collectUntil = harness.localsocket, harness.collectUntil

---A table that shows whether a value is still there.
local function weakly(value) return setmetatable({ value = value }, { __mode = "v" }) end

test("a socket without handlers is closed when it is collected", function()
  local client, served = harness.connection()
  do
    local a, b = localsocket.pair()
    client, served = a, b
  end
  client = nil
  collectUntil(function() return served:state() == "UnconnectedState" end)
  served:close()
end)

test("what a collected socket had written still goes out", function()
  local _, b = nil, nil
  do
    local a
    a, b = localsocket.pair()
    a:write("farewell")
  end
  collectUntil(function() return b:state() == "UnconnectedState" end)
  same(b:readAll(), "farewell")
  b:close()
end)

test("an unconnected socket whose handler mentions it is collectable", function()
  local trace
  do
    local socket = localsocket.Socket()
    socket:on("readyRead", function() socket:readAll() end)
    trace = weakly(socket)
  end
  collectUntil(function() return trace.value == nil end)
end)

test("a closed socket whose handler mentions it is collectable", function()
  local trace
  do
    local a, b = localsocket.pair()
    a:on("readyRead", function() a:readAll() end)
    a:on("disconnected", function() return a end)
    trace = weakly(a)
    harness.settle()
    a:close()
    b:close()
  end
  collectUntil(function() return trace.value == nil end)
end)

test("a socket with handlers lives until it is closed", function()
  local peer, trace
  local got = 0
  do
    local a
    a, peer = localsocket.pair()
    a:on("readyRead", function(socket) got = got + #socket:readAll() end)
    trace = weakly(a)
  end
  for count = 1, 3 do
    collectgarbage()
    collectgarbage()
    peer:write("x")
    harness.turnUntil(function() return got == count end)
  end
  assert(trace.value)

  peer:close()

  collectUntil(function() return trace.value == nil end)
end)

test("disconnecting the last handler lets a socket go", function()
  local trace, connection
  do
    local a = localsocket.pair()
    connection = a:on("readyRead", function() return a end)
    trace = weakly(a)
  end
  collectgarbage()
  assert(trace.value)
  connection:disconnect()
  collectUntil(function() return trace.value == nil end)
end)

test("a handler of once that has run lets its object go", function()
  local a, b = localsocket.pair()
  local server = assert(localsocket.listen(harness.path()))
  local traces, calls = { weakly(a), weakly(server) }, 0
  local function count() calls = calls + 1 end
  a:once("readyRead", count)
  server:once("newConnection", count)
  b:write("x")
  harness.close(assert(localsocket.connect(server:fullServerName())))
  harness.turnUntil(function() return calls == 2 end)

  a, server = nil, nil

  collectUntil(function() return not (traces[1].value or traces[2].value) end)
  b:close()
end)

test("a handler of once may drop its socket and collect", function()
  local a, b = localsocket.pair()
  local trace, wasCollected = weakly(a), nil
  a:once("readyRead", function(socket)
    a, socket = nil, socket:readAll()
    collectgarbage()
    collectgarbage()
    localsocket.now()
    wasCollected = trace.value == nil
  end)
  b:write("x")
  harness.turnUntil(function() return wasCollected ~= nil end)

  collectUntil(function() return trace.value == nil end)
  b:close()
end)

test("a server with a handler lives until it is closed", function()
  local path = harness.path()
  local served = 0
  local trace
  do
    local server = assert(localsocket.listen(path, {
      onConnection = function() served = served + 1 end,
    }))
    trace = weakly(server)
  end
  for count = 1, 2 do
    collectgarbage()
    collectgarbage()
    harness.close(assert(localsocket.connect(path)))
    harness.turnUntil(function() return served == count end)
  end
  trace.value:close()
  collectUntil(function() return trace.value == nil end)
end)

test("a server without handlers is closed when it is collected", function()
  local path = harness.path()
  do
    assert(localsocket.listen(path))
  end
  collectUntil(function() return not io.open(path) and not localsocket.connect(path) end)
end)

test("a collected server leaves the sockets it accepted alive", function()
  local client, served, trace
  do
    local server = assert(localsocket.listen(harness.path()))
    client = harness.close(assert(localsocket.connect(server:fullServerName())))
    served = harness.close(assert(server:accept("10s")))
    trace = weakly(server)
  end
  collectUntil(function() return trace.value == nil end)

  client:write("hello")

  assert(served:waitForReadyRead("10s"))
  same(served:readAll(), "hello")
end)

test("a socket that a task waits on is not collected", function()
  local peer
  local got
  do
    local a
    a, peer = localsocket.pair()
    localsocket.spawn(function()
      assert(a:waitForReadyRead("10s"))
      got = a:readAll()
    end)
  end
  harness.settle()
  collectgarbage()
  collectgarbage()
  peer:write("hello")
  harness.turnUntil(function() return got end)
  same(got, "hello")
  peer:close()
end)

test("a finaliser may use the module", function()
  local ran
  do
    local a, b = localsocket.pair()
    setmetatable({}, { __gc = function()
      a:close()
      b:close()
      ran = true
    end })
  end
  collectUntil(function() return ran end)
end)

test("a finaliser may wait", function()
  local ran
  do
    setmetatable({}, { __gc = function()
      localsocket.sleep(1)
      ran = true
    end })
  end
  collectUntil(function() return ran end)
end)

test("thousands of sockets come and go", function()
  for _ = 1, 2000 do
    local a = localsocket.Socket()
    a:on("readyRead", function() return a end)
  end
  for _ = 1, 300 do
    local a, b = localsocket.pair()
    a:write("x")
    b:on("disconnected", function() return b end)
    a:close()
    b:close()
  end
  harness.settle()
  collectgarbage()
end)

-- MARK: Finalisers of the script's own

---A case in which a finaliser reads from the socket that a function takes the front of. The collector
---runs finalisers inside any allocation, that of the bytes which the function gives included.
local function testInterrupted(name, kind, take)
  test("a finaliser that reads during " .. name .. " neither gets its bytes nor loses any", function()
    local a, b = harness.pair(kind)
    local first <const>, second <const> = ("x"):rep(20000), ("y"):rep(16)
    local isTaking, stolen = false, nil
    local function steal() stolen = stolen or isTaking and b:read(16) end

    for attempt = 1, 5000 do
      -- Garbage of other sizes each time, lest the collector always starts at the same place of a turn.
      local _ <const> = ("z"):rep(attempt % 61 * 331)
      a:write(first)
      a:write(second)
      harness.awaitBytes(b, #first + #second)
      setmetatable({}, { __gc = steal })
      isTaking = true
      local taken = take(b)
      isTaking = false
      local all = taken .. (stolen or "") .. b:readAll() .. b:readAll()
      same({ #all, select(2, all:gsub("y", "")) }, { #first + #second, #second })
      if stolen then break end
    end

    assert(stolen, "no finaliser ran in time")
  end)
end

testInterrupted("read", "stream", function(socket) return socket:read(20000) end)
testInterrupted("receiveMessage", "seqpacket", function(socket)
  return socket:receiveMessage(0).data
end)
