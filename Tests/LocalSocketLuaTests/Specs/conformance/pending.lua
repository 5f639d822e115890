-- Pending connections of a server: the queue, its limit, and waiting for it.

local harness = ...
local test, same, turnUntil, settle = harness.test, harness.same, harness.turnUntil, harness.settle
local connect = harness.connect
local localsocket = harness.localsocket

test("R12: nextPendingConnection gives connections in the order of their coming", function()
  local server = harness.listen()
  for _, text in ipairs { "one", "two", "three" } do connect(server):write(text) end
  local texts = {}
  for index = 1, 3 do
    turnUntil(function() return server:hasPendingConnections() end)
    local served = harness.close(server:nextPendingConnection())
    assert(served:waitForReadyRead("10s"))
    texts[index] = served:readAll()
  end

  same(texts, { "one", "two", "three" })
  same({ server:hasPendingConnections(), server:nextPendingConnection() }, { false, nil })
end)

test("R11: a connection is pending from its coming until it is taken", function()
  local server = harness.listen()
  local before = server:hasPendingConnections()
  connect(server)
  turnUntil(function() return server:hasPendingConnections() end)
  harness.close(server:nextPendingConnection())

  same({ before, server:hasPendingConnections() }, { false, false })
end)

test("R13: a second task that waits for connections is refused", function()
  local server = harness.listen()
  local task = localsocket.spawn(function() return server:waitForNewConnection(-1) end)
  turnUntil(function() return task:status() == "waiting" end)

  harness.fails(false, "OperationError", select(2, server:waitForNewConnection(-1)))

  connect(server)
  same({ task:join("10s") }, { true, true, false })
end)

test("R13: waitForNewConnection of a server that does not listen is false at once", function()
  harness.fails(false, "OperationError", select(2, localsocket.Server():waitForNewConnection(-1)))
end)

test("R13: waitForNewConnection accepts one that waits", function()
  local server = harness.listen()
  connect(server)

  same({ server:waitForNewConnection(0) }, { true, false })
end)

test("R13: waitForNewConnection looks once by default", function()
  same({ harness.listen():waitForNewConnection() }, { false, true })
end)

test("R13: with one that was reported and no new one the wait times out", function()
  local server = harness.listen()
  connect(server)
  server:waitForNewConnection("10s")

  same({ server:waitForNewConnection(1) }, { true, true })
end)

test("R13: a handler that takes the new one leaves none, which is no time-out", function()
  local server = harness.listen()
  server:on("newConnection", function() harness.close(server:nextPendingConnection()) end)
  connect(server)

  same({ server:waitForNewConnection("10s") }, { false, false })
end)

test("R13: waitForNewConnection does not mind maxPendingConnections", function()
  local server = harness.listen()
  server:setMaxPendingConnections(0)
  connect(server)

  same({ server:waitForNewConnection("10s") }, { true, false })
end)

test("R13: waitForNewConnection waits for ever with -1", function()
  local server = harness.listen()
  localsocket.after(5, function() connect(server) end)

  same({ server:waitForNewConnection(-1) }, { true, false })
end)

for _, count in ipairs { 0, 1, 1000 } do
  test(("R14, R15: setMaxPendingConnections(%d) is kept"):format(count), function()
    local server = localsocket.Server()

    server:setMaxPendingConnections(count)

    same(server:maxPendingConnections(), count)
  end)
end

test("R15: with 0 the loop accepts nobody, and clients are connected all the same", function()
  local server = harness.listen()
  server:setMaxPendingConnections(0)
  local client = connect(server)

  settle()

  same({ server:hasPendingConnections(), client:state() }, { false, "ConnectedState" })
end)

test("R15: the loop accepts no more than so many, and goes on when one is taken", function()
  local server = harness.listen()
  local accepted = 0
  server:on("newConnection", function() accepted = accepted + 1 end)
  server:setMaxPendingConnections(2)
  for _ = 1, 4 do connect(server) end
  turnUntil(function() return accepted == 2 end)
  settle()
  same(accepted, 2)

  harness.close(server:nextPendingConnection())

  turnUntil(function() return accepted == 3 end)
end)

test("R25: newConnection is told once for each connection", function()
  local server = harness.listen()
  local seen = {}
  server:on("newConnection", function() seen[#seen + 1] = server:hasPendingConnections() end)
  for _ = 1, 3 do connect(server) end

  turnUntil(function() return #seen == 3 end)
  settle()

  same(seen, { true, true, true })
end)
