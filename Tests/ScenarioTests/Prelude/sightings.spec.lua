-- Where what is waited for in vain has been.
local test, harness = ...
local same = harness.same

---What a failed expectation says last.
local function lastNote(c, verb, ...)
  local notes = harness.died(c[verb], c, ...).notes or {}
  return notes[#notes]
end

---Two conversations of which the second has what the script gives.
local function two(script, other, codec)
  local c, host = harness.conversation(script, { codec = codec or "line" })
  local socket = harness.socket(host, other)
  host.prelude.conversation.new(socket, "c2", { codec = codec or "line" })
  return c, host, socket
end

---The log of what the script has taken, the last first.
local function taken(host, ...)
  local events = { ... }
  function host.received() return events end
end

test("a message that was taken before is told with its line and time", function()
  local c, host = harness.conversation({ "PANG\n" }, { codec = "line" })
  taken(host, { lane = "c1", bytes = "PANG\n", place = "at a.lua:4", time = "0.020s" },
    { lane = "c1", bytes = "PONG\n", place = "at a.lua:3", time = "0.010s" })
  same(lastNote(c, "expect", "PONG"), '"PONG" had come before: taken at a.lua:3 after 0.010s')
end)

test("a reply that repeats is told once: how often it had come, and where last", function()
  local c, host = harness.conversation({ "ERR\n" }, { codec = "line" })
  taken(host, { lane = "c1", bytes = "ERR\n", place = "at a.lua:5", time = "0.030s" },
    { lane = "c1", bytes = "OK\n", place = "at a.lua:4", time = "0.020s" },
    { lane = "c2", bytes = "OK\n", place = "at a.lua:7", time = "0.015s" },
    { lane = "c1", bytes = "OK\n", place = "at a.lua:3", time = "0.010s" })
  same(lastNote(c, "expect", "OK"), '"OK" had come 2 times before: last taken at a.lua:4 after 0.020s')
end)

test("so it is told behind a time-out, of another conversation, and of shapes", function()
  local c, host = two({}, {}, "jsonl")
  taken(host, { lane = "c2", bytes = '{"id":7,"ok":true}\n', place = "at a.lua:3", time = "0.010s" })
  local notes = harness.died(c.expect, c, { id = 7 }, { timeout = 10 }).notes
  same(notes[1], "{ id = 7 } had come on «c2»: taken at a.lua:3 after 0.010s")
end)

test("bytes of another codec say nothing", function()
  local c, host = harness.conversation({}, { codec = "jsonl" })
  host.prelude.conversation.new(harness.socket(host, {}), "c2", { codec = "line" })
  taken(host, { lane = "c2", bytes = '{"id":7}\n', place = "at a.lua:3", time = "0.010s" })
  same(#harness.died(c.expect, c, { id = 7 }, { timeout = 10 }).notes, 1)
end)

test("on a stream the text is looked for", function()
  local c, host = harness.conversation({}, { codec = "stream" })
  taken(host, { lane = "c1", bytes = "login: ", place = "at a.lua:3", time = "0.010s" })
  local pattern = host.prelude.patterns.pattern "log.n"
  same(harness.died(c.expect, c, pattern, { timeout = 10 }).notes[1],
    'pattern("log.n") had come before: taken at a.lua:3 after 0.010s')
end)

test("a message that waits on another conversation is told", function()
  local c, _, socket = two({ "one\n" }, {})
  socket.ready = "zero\nPONG\n"
  same(lastNote(c, "expect", "PONG"), '"PONG" has come on «c2», where nobody has read it')
end)

test("of what matches everything, of predicates, and where the script may catch it, nothing is told",
  function()
    local c, host, socket = two({ "one\n", "two\n", "three\n", "four\n" }, {})
    socket.ready = "PONG\n"
    function host.received() error "asked" end
    same(lastNote(c, "expect", function() return false end), nil)
    same(lastNote(c, "expect", { function() error "asked" end }), nil)
    same(lastNote(c, "expect", host.prelude.patterns.any.number), nil)
    same(harness.raised(c.expect, c, "PONG").notes, nil)
  end)
