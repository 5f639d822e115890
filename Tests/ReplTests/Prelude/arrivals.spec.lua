local test, harness = ...
local same = harness.same

---A socket that gets bytes when the test says so.
local function fakeSocket(handlers, readAll)
  return setmetatable({
    on = function(_, signal, fn) handlers[signal] = fn end,
    bytesAvailable = function() return #readAll(true) end,
    error = function() return "UnknownSocketError" end,
    readAll = function() return readAll(false) end,
    waitForReadyRead = function() return false, "nothing came", "SocketTimeoutError" end,
    write = function(_, bytes) return #bytes end,
    peerCredentials = function() return nil end,
    abort = function() end,
  }, { __tostring = function() return "localsocket.Socket (fake)" end })
end

---A conversation of lines with such a socket, as the prompt has it.
local function connected()
  local host = harness.load()
  local arrivals = host.prelude.arrivals
  local handlers, ready = {}, ""
  local socket = fakeSocket(handlers, function(isLook)
    local bytes = ready
    if not isLook then ready = "" end
    return bytes
  end)
  local c = host.prelude.conversation.new(socket, "c1", { codec = "line" })
  local taken = {}
  arrivals.taken = function(message) taken[#taken + 1] = message end
  local peer = {
    taken = taken,
    ---Lets bytes come while nobody waits for them.
    send = function(bytes)
      ready = ready .. bytes
      handlers.readyRead()
    end,
    logged = function()
      local received = {}
      for _, event in ipairs(host.events) do
        if event.kind == "received" then received[#received + 1] = event.text end
      end
      return received
    end,
  }
  return c, peer, arrivals, host
end

---Runs a function as a line.
local function line(arrivals, fn)
  arrivals.beginLine()
  local values = table.pack(fn())
  arrivals.endLine()
  return table.unpack(values, 1, values.n)
end

test("what comes between lines is taken and logged at once", function()
  local _, peer = connected()
  peer.send("one\ntwo\n")
  same({ peer.taken, peer.logged() }, { { "one", "two" }, { "one\n", "two\n" } })
end)

test("the next line that asks gets it, and it is not logged again", function()
  local c, peer, arrivals = connected()
  peer.send("one\ntwo\n")
  same(line(arrivals, function() return c:receive() end), "one")
  same(line(arrivals, function() return c:receive() end), "two")
  same(peer.logged(), { "one\n", "two\n" })
end)

test("a message that comes in pieces is taken when it is whole", function()
  local _, peer = connected()
  peer.send("on")
  same(peer.taken, {})
  peer.send("e\n")
  same(peer.taken, { "one" })
end)

test("a line between the pieces of a message does not break it", function()
  local c, peer, arrivals = connected()
  peer.send("first\nhal")
  same(line(arrivals, function() return c:receive() end), "first")
  peer.send("f\n")
  same(peer.taken, { "first", "half" })
  same(line(arrivals, function() return c:receive() end), "half")
  same(peer.logged(), { "first\n", "half\n" })
end)

test("what was forgotten is not read any more", function()
  local c, peer, arrivals = connected()
  peer.send("old\n")
  arrivals.forget(c, false)
  peer.send("new\n")
  same(line(arrivals, function() return c:receive() end), "new")
end)

test("what answers a line of text is kept for nobody, until Lua sends", function()
  local c, peer, arrivals = connected()
  arrivals.forget(c, true)
  peer.send("seen\n")
  line(arrivals, function() c:send("question") end)
  peer.send("answer\n")
  same(line(arrivals, function() return c:receive() end), "answer")
end)

test("what a line sends may be answered in another conversation", function()
  local c, peer, arrivals, host = connected()
  local other = host.prelude.conversation.new(fakeSocket({}, function() return "" end), "c2", {})
  arrivals.forget(c, true)
  line(arrivals, function() other:send("question") end)
  peer.send("answer\n")
  same(line(arrivals, function() return c:receive() end), "answer")
end)

test("what nobody reads is kept up to a bound", function()
  local c, peer, arrivals = connected()
  for index = 1, 2000 do peer.send(index .. "\n") end
  same({ #peer.logged(), line(arrivals, function() return c:receive() end) }, { 2000, "1001" })
end)

test("what comes while a line does something else is taken, and there when the line reads", function()
  local c, peer, arrivals = connected()
  local seen, first, second = line(arrivals, function()
    peer.send("one\ntw")
    local seen = #peer.taken
    local first = c:receive()
    peer.send("o\n")
    return seen, first, c:receive()
  end)
  same({ seen, first, second, peer.logged() }, { 1, "one", "two", { "one\n", "two\n" } })
end)

test("what comes for a task that reads is left to it", function()
  local c, peer, arrivals = connected()
  local task = coroutine.create(function() return c:receive({ timeout = 1 }) end)
  function c.socket.waitForReadyRead() return coroutine.yield() end
  coroutine.resume(task)
  peer.send("for the task\n")
  same(peer.taken, {})
  arrivals.endLine()
  same({ peer.taken, select(2, coroutine.resume(task, true)) }, { {}, "for the task" })
end)

test("half a message that has come is read by the codec that is chosen then", function()
  local c, peer, arrivals = connected()
  peer.send("half")
  c.decode = function(r) return "all: " .. r:bytes(4) end
  arrivals.decodeAnew(c)
  arrivals.endLine()
  same(peer.taken, { "all: half" })
end)

test("a message that a line reads again is counted once", function()
  local c, peer, arrivals = connected()
  peer.send("one\ntwo\n")
  same({ c.reader.messages, c.reader.size }, { 2, 8 })
  same(line(arrivals, function() return c:receive() end), "one")
  same(line(arrivals, function() return c:receive() end), "two")
  same({ c.reader.messages, c.reader.size }, { 2, 8 })
end)

test("a packet that a line has left over is not logged again", function()
  local c, peer, arrivals = connected()
  c.reader.keepsBoundaries = true
  peer.send("one\n")
  peer.send("two\n")
  same(line(arrivals, function() return c:receive() end), "one")
  same(line(arrivals, function() return c:receive() end), "two")
  same(peer.logged(), { "one\n", "two\n" })
end)

test("a conversation that is gone is not held", function()
  local host = harness.load()
  local made = setmetatable({}, { __mode = "k" })
  local _ = host.prelude.arrivals
  for index = 1, 100 do
    local socket = fakeSocket({}, function() return "" end)
    local c = host.prelude.conversation.new(socket, "c" .. index, { codec = "line" })
    c:abort()
    made[c] = true
  end
  collectgarbage()
  local count = 0
  for _ in pairs(made) do count = count + 1 end
  same(count < 10, true)
end)

test("what a line reads of a process is noted, and what a task reads is not", function()
  local host = harness.load()
  local arrivals, output = host.prelude.arrivals, "one\ntwo\n"
  local stream = setmetatable(fakeSocket({}, function(isLook)
    local bytes = output
    if not isLook then output = "" end
    return bytes
  end), { __tostring = function() return "a stream of a process" end })
  local c = host.prelude.conversation.new(stream, "p.stdout", { codec = "line" })
  line(arrivals, function() return c:receive() end)
  c:receive()
  local notes = {}
  for _, event in ipairs(host.events) do
    if event.kind == "note" then notes[#notes + 1] = event.lane .. ": " .. event.text end
  end
  same(notes, { "p.stdout: read one" })
end)

---What was noted in the log.
local function notesOf(host)
  local notes = {}
  for _, event in ipairs(host.events) do
    if event.kind == "note" then notes[#notes + 1] = event.text end
  end
  return notes
end

test("descriptors that come with a packet are noted once", function()
  local c, peer, _, host = connected()
  c.packet = { descriptors = { {}, {} } }
  peer.send("one\ntwo\n")
  same(notesOf(host), { "with 2 descriptors" })
end)

test("descriptors that go with raw bytes are noted", function()
  local c, _, _, host = connected()
  function c.socket.sendMessage(_, bytes) return #bytes end
  c:raw("here", { descriptors = { {} } })
  same(notesOf(host), { "with 1 descriptor" })
end)

test("a codec that is chosen after something was sent makes two of the conversation", function()
  local c, _, arrivals, host = connected()
  c:send("a line")
  c.codec = host.prelude.codecs.find "stream"
  arrivals.decodeAnew(c)
  same(host.prelude.lanes.codecOf("c1"), nil)
end)
