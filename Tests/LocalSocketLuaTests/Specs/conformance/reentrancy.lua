-- What handlers may do to their own socket.

local harness = ...
local test, same, record, turnUntil = harness.test, harness.same, harness.record, harness.turnUntil
local settle, awaitEnd, newSocket = harness.settle, harness.awaitEnd, harness.newSocket
local connection = harness.connection
local localsocket = harness.localsocket

-- MARK: 1, signals that do not nest

test("§8.1: a wait in a handler of readyRead is true without another readyRead", function()
  local a, b = harness.pair()
  local calls, text, answer = 0, nil, nil
  a:on("readyRead", function()
    calls = calls + 1
    text = a:readAll()
    b:write("two")
    answer = a:waitForReadyRead("10s")
    text = text .. a:readAll()
  end)

  b:write("one")
  turnUntil(function() return answer ~= nil end)
  settle()

  same({ calls, answer, text }, { 1, true, "onetwo" })
end)

test("§8.1: a wait in a handler of bytesWritten is true without another bytesWritten inside",
  function()
    local a = harness.pair()
    local depth, deepest, sum = 0, 0, 0
    a:on("bytesWritten", function(_, count)
      depth, sum = depth + 1, sum + count
      deepest = math.max(deepest, depth)
      if sum == 3 then
        a:write("four")
        assert(a:waitForBytesWritten "20s")
      end
      depth = depth - 1
    end)

    a:write("one")
    turnUntil(function() return sum == 7 end)

    same(deepest, 1)
  end)

-- MARK: 2, signals that nest

test("§8.2: an error that a handler causes is told inside it", function()
  local server = harness.listen()
  local client = newSocket()
  local order = {}
  client:on("errorOccurred", function(_, code) order[#order + 1] = code end)
  client:on("connected", function()
    order[#order + 1] = "begin"
    client:connectToServer("x")
    order[#order + 1] = "end"
  end)

  client:connectToServer(server:fullServerName())

  same(order, { "begin", "OperationError", "end" })
end)

test("§8.2: a handler of stateChanged can end the connection, whose signals nest", function()
  local server = harness.listen()
  local client = newSocket()
  local seen = record(client)
  client:on("stateChanged", function(_, state)
    if state == "ConnectedState" then client:abort() end
  end)

  client:connectToServer(server:fullServerName())

  same(client:state(), "UnconnectedState")
  for _, signal in ipairs(seen) do assert(signal ~= "connected") end
end)

-- MARK: 5, ending in any handler

---What makes a connected socket tell a signal; each leads to the connection's end.
local causes <const> = {
  readyRead = function(_, served) served:write("hello") end,
  bytesWritten = function(client) client:write("hello") end,
  errorOccurred = function(_, served) served:close() end,
  stateChanged = function(client) client:disconnectFromServer() end,
  readChannelFinished = function(client) client:disconnectFromServer() end,
  disconnected = function(_, served) served:close() end,
  aboutToClose = function(client) client:close() end,
}

for signal, cause in pairs(causes) do
  for _, method in ipairs { "abort", "close", "disconnectFromServer" } do
    test(("§8.5: %s in a handler of %s is safe"):format(method, signal), function()
      local client, served, server = connection()
      local ends = 0
      client:on("disconnected", function() ends = ends + 1 end)
      local handler = client:on(signal, function() client[method](client) end)

      cause(client, served)
      awaitEnd(client)
      settle()
      handler:disconnect()

      same({ client:state(), client:socketDescriptor(), ends }, { "UnconnectedState", -1, 1 })
      client:connectToServer(server:fullServerName())
      same(client:state(), "ConnectedState")
    end)
  end
end

for _, ending in ipairs { "abort", "close", "disconnectFromServer" } do
  test("§8.5: waitForReadyRead is true when a handler of readyRead calls " .. ending, function()
    local a, b = harness.pair()
    a:on("readyRead", function() a[ending](a) end)
    b:write("hello")

    same(a:waitForReadyRead("10s"), true)

    same(a:state(), "UnconnectedState")
  end)
end

test("§8.5: abort in a handler of the peer's close skips closing", function()
  local a, b = harness.pair()
  local states = {}
  a:on("stateChanged", function(_, state) states[#states + 1] = state end)
  a:on("errorOccurred", function() a:abort() end)

  b:close()
  awaitEnd(a)

  same(states, { "UnconnectedState" })
end)

for _, ending in ipairs { "abort", "close", "disconnectFromServer" } do
  test(("§8.5: %s in a handler of a failed connect's error is safe"):format(ending), function()
    local client = localsocket.Socket()
    client:on("errorOccurred", function() client[ending](client) end)

    client:connectToServer(harness.path())

    same({ client:state(), client:isOpen() }, { "UnconnectedState", false })
    same(client:serverName(), "")
  end)
end

-- MARK: 6 and 7

test("§8.6: a socket that its handler lets go of ends its emission", function()
  local holder, order = {}, {}
  local b
  holder.socket, b = localsocket.pair()
  harness.close(b)
  for index = 1, 2 do
    holder.socket:on("readyRead", function()
      holder.socket = nil
      collectgarbage()
      collectgarbage()
      order[#order + 1] = index
    end)
  end

  b:write("x")
  turnUntil(function() return #order == 2 end)

  same(order, { 1, 2 })
end)

test("§8.7: what is written in a handler of aboutToClose is delivered after the rest", function()
  local client, served = connection()
  client:write("hello ")
  client:on("aboutToClose", function() client:write("and farewell") end)

  client:close()
  awaitEnd(served)

  same(served:readAll(), "hello and farewell")
end)
