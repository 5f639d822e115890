-- When bytes and connections count as new, and what a parked handler of readyRead gets.

local harness = ...
local test, same, pair, turnUntil = harness.test, harness.same, harness.pair, harness.turnUntil
local localsocket = harness.localsocket

---Lets the loop take in what the peer has sent.
local function takeIn(socket, count)
  turnUntil(function() return socket:bytesAvailable() == count end)
end

test("bytes that came in during another wait are still new", function()
  local a, b = pair()
  b:write("hello")
  takeIn(a, 5)

  same(a:waitForReadyRead(0), true)
  same(a:readAll(), "hello")
end)

test("an arrival is reported by one wait only", function()
  local a, b = pair()
  b:write("hello")
  takeIn(a, 5)

  same(a:waitForReadyRead(0), true)
  harness.fails(false, "SocketTimeoutError", a:waitForReadyRead(0))
  same(a:bytesAvailable(), 5)
end)

test("a read takes the newness of an arrival", function()
  local a, b = pair()
  b:write("hello")
  takeIn(a, 5)

  same(a:read(1), "h")

  harness.fails(false, "SocketTimeoutError", a:waitForReadyRead(0))
  same(a:readAll(), "ello")
end)

test("a connection that came in during another wait is still new", function()
  local server = harness.listen()
  harness.close(assert(localsocket.connect(server:fullServerName())))
  turnUntil(function() return server:hasPendingConnections() end)

  same({ server:waitForNewConnection(0) }, { true, false })
  same({ server:waitForNewConnection(0) }, { true, true })
end)

test("taking a connection takes its newness", function()
  local server = harness.listen()
  harness.close(assert(localsocket.connect(server:fullServerName())))
  turnUntil(function() return server:hasPendingConnections() end)

  harness.close(server:nextPendingConnection())

  same({ server:waitForNewConnection(0) }, { false, true })
end)

test("accept gives a pending connection at once", function()
  local server = harness.listen()
  harness.close(assert(localsocket.connect(server:fullServerName())))
  turnUntil(function() return server:hasPendingConnections() end)

  harness.close(assert(server:accept(0)))

  harness.fails(nil, "SocketTimeoutError", server:accept(0))
end)

test("bytes that arrive while a handler of readyRead is parked cause one more readyRead", function()
  local a, b = pair()
  local calls, running, most = 0, 0, 0
  local gate = localsocket.spawn(function() localsocket.sleep("1h") end)
  a:on("readyRead", function()
    calls, running = calls + 1, running + 1
    most = math.max(most, running)
    if calls == 1 then pcall(gate.join, gate, -1) end
    running = running - 1
  end)

  b:write("1")
  turnUntil(function() return calls == 1 end)
  for count = 2, 4 do
    b:write("x")
    takeIn(a, count)
  end
  same(calls, 1)
  gate:cancel()
  turnUntil(function() return calls == 2 end)
  harness.settle()

  same(calls, 2)
  same(most, 1)
end)

test("a parked handler of readyRead can itself wait for more", function()
  local a, b = pair()
  local lines = {}
  a:once("readyRead", function()
    while #lines < 3 do
      while not a:canReadLine() do assert(a:waitForReadyRead("10s")) end
      lines[#lines + 1] = a:readLine()
    end
  end)

  for _, text in ipairs { "on", "e\ntw", "o\nthree", "\n" } do
    b:write(text)
    harness.settle()
  end
  turnUntil(function() return #lines == 3 end)

  same(lines, { "one\n", "two\n", "three\n" })
end)

test("data and the end that come together are told one after the other", function()
  local a, b = pair()
  local order = {}
  a:on("readyRead", function() order[#order + 1] = a:readAll() end)
  a:on("disconnected", function() order[#order + 1] = "disconnected" end)

  b:write("last words")
  b:close()
  turnUntil(function() return #order == 2 end)

  same(order, { "last words", "disconnected" })
end)
