-- The callback API: `on`, `once`, order, disconnecting, and errors in handlers.

local harness = ...
local test, same, pair, turnUntil = harness.test, harness.same, harness.pair, harness.turnUntil
local localsocket = harness.localsocket

---A function that notes its name in a list.
local function noting(list, name)
  return function() list[#list + 1] = name end
end

test("the handlers of a signal run in the order of on", function()
  local a, b = pair()
  local order = {}
  for _, name in ipairs { "first", "second", "third" } do a:on("readyRead", noting(order, name)) end

  b:write("x")
  turnUntil(function() return #order > 0 end)

  same(order, { "first", "second", "third" })
end)

test("a handler gets its socket and the signal's argument", function()
  local a, b = pair()
  local got = {}
  a:on("bytesWritten", function(...) got.bytesWritten = table.pack(...) end)
  a:on("readyRead", function(...) got.readyRead = table.pack(...) end)
  a:on("stateChanged", function(...) got.stateChanged = got.stateChanged or table.pack(...) end)
  a:on("errorOccurred", function(...) got.errorOccurred = table.pack(...) end)
  a:on("error", function(...) got.error = table.pack(...) end)
  a:on("disconnected", function(...) got.disconnected = table.pack(...) end)

  a:write("12345")
  b:write("x")
  turnUntil(function() return got.bytesWritten and got.readyRead end)
  b:close()
  turnUntil(function() return got.disconnected end)

  same(got.bytesWritten, { a, 5, n = 2 })
  same(got.readyRead, { a, n = 1 })
  same(got.stateChanged, { a, "ClosingState", n = 2 })
  same(got.errorOccurred, { a, "PeerClosedError", n = 2 })
  same(got.error, { a, "PeerClosedError", n = 2 })
  same(got.disconnected, { a, n = 1 })
end)

test("once calls its handler a single time", function()
  local a, b = pair()
  local once, every = 0, 0
  a:once("readyRead", function() once = once + 1 end)
  a:on("readyRead", function()
    every = every + 1
    a:readAll()
  end)

  for count = 1, 3 do
    b:write("x")
    turnUntil(function() return every == count end)
  end

  same(once, 1)
end)

test("disconnect removes one handler and leaves the others", function()
  local a, b = pair()
  local order = {}
  local removed = a:on("readyRead", noting(order, "removed"))
  a:on("readyRead", noting(order, "kept"))

  removed:disconnect()
  removed:disconnect()
  b:write("x")
  turnUntil(function() return #order > 0 end)

  same(order, { "kept" })
end)

test("a connection disconnects at the end of its scope", function()
  local a, b = pair()
  local order = {}
  a:on("readyRead", noting(order, "kept"))
  do
    local _ <close> = a:on("readyRead", noting(order, "scoped"))
    b:write("x")
    turnUntil(function() return #order == 2 end)
  end
  a:readAll()

  b:write("x")
  turnUntil(function() return #order > 2 end)

  same(order, { "kept", "scoped", "kept" })
end)

test("a handler that is removed while the signal is emitted is not called", function()
  local a, b = pair()
  local order, second = {}, nil
  a:on("readyRead", function()
    order[#order + 1] = "first"
    second:disconnect()
  end)
  second = a:on("readyRead", noting(order, "second"))
  a:on("readyRead", noting(order, "third"))

  b:write("x")
  turnUntil(function() return #order > 0 end)

  same(order, { "first", "third" })
end)

test("a handler that is added while the signal is emitted is called from the next time on", function()
  local a, b = pair()
  local order = {}
  a:once("readyRead", function()
    order[#order + 1] = "first"
    a:on("readyRead", noting(order, "added"))
  end)

  b:write("x")
  turnUntil(function() return #order > 0 end)
  same(order, { "first" })
  a:readAll()
  b:write("x")
  turnUntil(function() return #order > 1 end)

  same(order, { "first", "added" })
end)

test("a handler can disconnect itself", function()
  local a, b = pair()
  local calls, connection = 0, nil
  connection = a:on("readyRead", function()
    calls = calls + 1
    connection:disconnect()
  end)
  local others = 0
  a:on("readyRead", function()
    others = others + 1
    a:readAll()
  end)

  for count = 1, 2 do
    b:write("x")
    turnUntil(function() return others == count end)
  end

  same(calls, 1)
end)

test("an error in a handler does not stop the others and is raised afterwards", function()
  local a, b = pair()
  local order = {}
  a:on("readyRead", function() error("the first fails", 0) end)
  a:on("readyRead", noting(order, "second"))

  b:write("x")

  assert(tostring(harness.uncaught()):find("the first fails", 1, true))
  same(order, { "second" })
end)

test("a handler's error value that is a table arrives as it is", function()
  local a, b = pair()
  local value = setmetatable({ code = 7 }, { __tostring = function() return "seven" end })
  a:on("readyRead", function() error(value) end)

  b:write("x")

  local raised = harness.uncaught()
  same(harness.isEmbedded and "seven" or raised, harness.isEmbedded and raised or value)
end)

test("a handler starts inside the call that emits the signal", function()
  local server = harness.listen()
  local client = harness.close(localsocket.Socket())
  local seen = {}
  client:on("connected", function() seen[#seen + 1] = client:state() end)

  client:connectToServer(server:fullServerName())

  same(seen, { "ConnectedState" })
end)

test("a handler that waits is a task of its own", function()
  local a, b = pair()
  local order = {}
  a:once("readyRead", function()
    order[#order + 1] = "begins"
    localsocket.sleep(1)
    order[#order + 1] = "goes on"
  end)
  a:once("readyRead", noting(order, "other"))

  b:write("x")
  turnUntil(function() return #order == 3 end)

  same(order, { "begins", "other", "goes on" })
end)

test("one function can be connected twice", function()
  local a, b = pair()
  local calls = 0
  local function count() calls = calls + 1 end
  local first = a:on("readyRead", count)
  a:on("readyRead", count)

  b:write("x")
  turnUntil(function() return calls > 0 end)
  same(calls, 2)
  a:readAll()
  first:disconnect()
  b:write("x")
  turnUntil(function() return calls > 2 end)

  same(calls, 3)
end)

test("connecting tells its steps in Qt's order", function()
  local server = harness.listen()
  local client = harness.close(localsocket.Socket())
  local order = {}
  client:on("stateChanged", function(_, state) order[#order + 1] = state end)
  client:on("connected", noting(order, "connected"))

  client:connectToServer(server:fullServerName())

  same(order, { "ConnectingState", "ConnectedState", "connected" })
end)

test("a refused connection tells its steps in Qt's order", function()
  local client = localsocket.Socket()
  local order = {}
  client:on("stateChanged", function(_, state) order[#order + 1] = state end)
  client:on("errorOccurred", function(socket, name)
    order[#order + 1] = name .. " in " .. socket:state()
  end)

  client:connectToServer(harness.path())

  same(order, { "ConnectingState", "ServerNotFoundError in ConnectingState", "UnconnectedState" })
end)

test("the peer's close tells its steps in Qt's order", function()
  local a, b = pair()
  local order = {}
  a:on("errorOccurred", function(_, name) order[#order + 1] = name end)
  a:on("stateChanged", function(_, state) order[#order + 1] = state end)
  a:on("readChannelFinished", noting(order, "readChannelFinished"))
  a:on("disconnected", noting(order, "disconnected"))

  b:close()
  turnUntil(function() return a:state() == "UnconnectedState" end)

  same(order, {
    "PeerClosedError", "ClosingState", "UnconnectedState", "readChannelFinished", "disconnected",
  })
end)

test("close tells its steps in Qt's order", function()
  local a = pair()
  local order = {}
  a:on("aboutToClose", noting(order, "aboutToClose"))
  a:on("stateChanged", function(_, state) order[#order + 1] = state end)
  a:on("readChannelFinished", noting(order, "readChannelFinished"))
  a:on("disconnected", noting(order, "disconnected"))

  a:close()

  same(order, {
    "aboutToClose", "ClosingState", "UnconnectedState", "readChannelFinished", "disconnected",
  })
end)

test("newConnection passes the server", function()
  local server = harness.listen()
  local got
  server:on("newConnection", function(...) got = table.pack(...) end)

  local client = harness.close(assert(localsocket.connect(server:fullServerName())))
  turnUntil(function() return got end)

  same(got, { server, n = 1 })
  assert(client:state() == "ConnectedState" and server:hasPendingConnections())
end)

test("once on a server calls its handler a single time", function()
  local server = harness.listen()
  local once, every = 0, 0
  server:once("newConnection", function() once = once + 1 end)
  server:on("newConnection", function() every = every + 1 end)

  for count = 1, 2 do
    harness.close(assert(localsocket.connect(server:fullServerName())))
    turnUntil(function() return every == count end)
  end

  same(once, 1)
end)
