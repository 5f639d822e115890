-- flush, and the limit on what is taken in.

local harness = ...
local test, same, record, turnUntil = harness.test, harness.same, harness.record, harness.turnUntil
local settle, newSocket, accept = harness.settle, harness.newSocket, harness.accept
local connection = harness.connection
local localsocket = harness.localsocket

---A pair whose first socket takes in at most so many bytes, and whose second one has sent a text.
local function limited(limit, text)
  local a, b = harness.pair()
  a:setReadBufferSize(limit)
  b:write(text)
  b:flush()
  return a, b
end

local function takesIn(socket, count)
  turnUntil(function() return socket:bytesAvailable() >= count end)
  settle()
  same(socket:bytesAvailable(), count)
end

-- MARK: L19, flush

test("L19: flush says whether it wrote", function()
  local a = harness.pair()
  local idle = a:flush()
  a:write("hello")

  same({ idle, (a:flush()), (a:flush()) }, { false, true, false })
end)

test("L19: flush of an unconnected socket is false and no error", function()
  local socket = localsocket.Socket()
  local seen = record(socket)

  same((socket:flush()), false)

  same({ seen, socket:error() }, { {}, "UnknownSocketError" })
end)

test("L19: flush into a broken pipe ends the connection", function()
  local a, b = harness.pair()
  b:close()
  a:write("x")

  same((a:flush()), false)

  same({ a:state(), a:error() }, { "UnconnectedState", "PeerClosedError" })
end)

test("L19: flush of a closing socket completes the disconnect", function()
  local client = connection()
  client:write("hello")
  client:disconnectFromServer()
  local seen = record(client)

  same((client:flush()), true)

  same(seen,
    { "bytesWritten 5", "stateChanged UnconnectedState", "readChannelFinished", "disconnected" })
end)

test("L19: what a handler of bytesWritten adds goes out in the same call", function()
  local a = harness.pair()
  local seen, depth = {}, 0
  a:on("bytesWritten", function(_, count)
    depth = depth + 1
    seen[#seen + 1] = { count, depth }
    if #seen < 3 then a:write(("x"):rep(#seen)) end
    depth = depth - 1
  end)
  a:write("four")

  same((a:flush()), true)

  same(seen, { { 4, 1 }, { 1, 1 }, { 2, 1 } })
  same(a:bytesToWrite(), 0)
end)

-- MARK: L20 and L21, the limit

test("L20: the limit is 0 at first, which sets none", function()
  local a = harness.pair()

  same(a:readBufferSize(), 0)
  a:setReadBufferSize(4)
  same(a:readBufferSize(), 4)
end)

test("L21: no more is taken in than the limit allows", function()
  local a = limited(4, "0123456789")

  takesIn(a, 4)

  same(a:readAll(), "0123")
end)

test("L21: a limit set before connecting holds, and survives another connect", function()
  local server = harness.listen()
  local client = newSocket()
  client:setReadBufferSize(3)
  for _ = 1, 2 do
    client:connectToServer(server:fullServerName())
    local served = accept(server)
    served:write("hello")
    takesIn(client, 3)
    client:abort()
  end
  same(client:readBufferSize(), 3)
end)

test("L21: the peer's close is not noticed while the buffer is full", function()
  local a, b = limited(4, "0123456789")
  b:close()
  takesIn(a, 4)
  same(a:state(), "ConnectedState")

  local text = ""
  turnUntil(function()
    text = text .. (a:readAll() or "")
    return a:state() == "UnconnectedState" and a:bytesAvailable() == 0
  end)

  same(text, "0123456789")
end)

test("L21: reading a part of a full buffer resumes reading", function()
  local a = limited(4, "0123456789")
  takesIn(a, 4)
  local seen = record(a, "bytesAvailable")

  same(a:read(1), "0")
  turnUntil(function() return #seen > 0 end)

  same(seen, { { "readyRead", 4 } })
  same(a:readAll(), "1234")
end)

test("L21: reading all of a full buffer resumes reading", function()
  local a = limited(4, "0123456789")
  takesIn(a, 4)

  a:readAll()
  takesIn(a, 4)

  same(a:readAll(), "4567")
end)

for size, count in pairs { [0] = 10, [6] = 6 } do
  test(("L21: setReadBufferSize(%d) resumes reading"):format(size), function()
    local a = limited(4, "0123456789")
    takesIn(a, 4)

    a:setReadBufferSize(size)

    takesIn(a, count)
  end)
end

test("L21: a smaller limit keeps what is there and takes in no more", function()
  local a, b = limited(8, "01234567")
  takesIn(a, 8)

  a:setReadBufferSize(2)
  b:write("89")
  settle()

  same(a:read(6), "012345")
  settle()
  same(a:readAll(), "67")
  takesIn(a, 2)
end)

test("L21: a negative limit is kept, and takes in nothing", function()
  local a = limited(-1, "hello")

  settle()

  same({ a:readBufferSize(), a:bytesAvailable() }, { -1, 0 })
end)

test("L21: peeked bytes do not count", function()
  local a = limited(4, "0123456789")
  takesIn(a, 4)

  same(a:peek(4), "0123")
  takesIn(a, 8)

  same(a:readAll(), "01234567")
end)

test("L21: bytes that a transaction keeps do not count", function()
  local a = limited(4, "0123456789")
  takesIn(a, 4)

  a:startTransaction()
  same(a:read(4), "0123")
  takesIn(a, 4)
  a:rollbackTransaction()

  same(a:readAll(), "01234567")
end)

test("L21: waitForReadyRead after a part was read takes in more", function()
  local a = limited(4, "0123456789")
  takesIn(a, 4)
  a:read(2)

  same(a:waitForReadyRead("10s"), true)

  same(a:readAll(), "2345")
end)

for _, wait in ipairs { "waitForReadyRead", "waitForDisconnected" } do
  test("L21: " .. wait .. " with a full buffer does not outlive its time", function()
    local a = limited(4, "0123456789")
    takesIn(a, 4)
    a:waitForReadyRead(0)
    local before = localsocket.now()

    same((a[wait](a, 10)), false)

    assert(localsocket.now() - before < 5000)
    same({ a:state(), a:bytesAvailable() }, { "ConnectedState", 4 })
  end)
end

test("L21: waitForDisconnected with a full buffer notices that the peer hangs up", function()
  local a, b = limited(4, "0123")
  takesIn(a, 4)
  b:close()

  same(a:waitForDisconnected("10s"), true)

  same(a:readAll(), "0123")
end)

if not harness.isEmbedded then
  -- Elsewhere other tests use the processor time of this process.
  test("L21: the loop rests although the peer of a full buffer has gone", function()
    local a, b = limited(4, "0123456789")
    takesIn(a, 4)
    b:close()
    local before = os.clock()

    localsocket.sleep(40)

    local spent = os.clock() - before
    assert(spent < 0.03, spent)
  end)
end
