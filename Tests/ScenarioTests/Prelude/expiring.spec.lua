-- What comes after a time-out.
local test, harness = ...
local same = harness.same

local function lines(script, ending)
  return harness.conversation(script, { codec = "line", ending = ending })
end

---What a verb dies of.
local function timeOut(c, verb, ...)
  local failure = harness.died(c[verb], c, ...)
  same({ failure.kind, failure.isHeld }, { "timeout", true })
  return failure
end

---The last note of it.
local function lateNote(...)
  local notes = timeOut(...).notes
  return notes[#notes]
end

---What its sentence says came of the wait.
local function outcome(...)
  local failure = timeOut(...)
  same(failure.notes, {})
  return failure.message:match("^waited [^;]*; (.*)$")
end

---The events besides those that tell how long the script waited.
local function arrivals(host)
  local found = {}
  for _, event in ipairs(host.events) do
    if event.kind ~= "waited" then found[#found + 1] = event end
  end
  return found
end

test("a message that comes late and matches is late, not wrong", function()
  local c, host = lines({ 300, "PONG\n" })
  same(timeOut(c, "expect", "PONG", { timeout = 100 }).message,
    'waited 100 ms for "PONG" on «c1»; it came 0.200s late')
  same(host.clock, 300)
  same(arrivals(host), { { kind = "unread", lane = "c1", text = "PONG\n" } })
  same(host.held.subject, '"PONG" on «c1»')
end)

test("a message that comes late and does not match says so", function()
  same(outcome(lines({ 200, "PANG\n" }), "expect", "PONG", { timeout = 100 }),
    '0.100s late came "PANG", which does not match')
end)

test("a message that comes late is shown where the pattern does not tell it", function()
  same(outcome(lines({ 200, "PONG\n" }), "receive", { timeout = 100 }), 'it came 0.100s late: "PONG"')
end)

test("the time is that of the wait, but 250 ms at least and 1 s at most", function()
  for timeout, span in pairs { [10] = 250, [600] = 600, [5000] = 1000 } do
    local c, host = lines({})
    lateNote(c, "receive", { timeout = timeout })
    same(host.clock, timeout + span)
  end
end)

test("that nothing comes is told too", function()
  same(lateNote(lines({}), "receive", { timeout = 10 }),
    "nothing came in the 250 ms after the deadline either")
end)

test("the rest of a message that came in time is read on", function()
  local c, host = lines({ "PO", 100, "NG\n" })
  same(outcome(c, "expect", "PONG", { timeout = 50 }), "it came 0.050s late")
  local came = arrivals(host)
  same({ came[1].text, came[2].text }, { "PO", "NG\n" })
end)

test("bytes that are still no message are shown", function()
  same(lateNote(lines({ "PO", 100, "NG" }), "receive", { timeout = 50 }),
    'in the 250 ms after the deadline this came: "NG"; it still lacks a line end')
  local failure = timeOut(lines({ "PO", 100, "NG" }, "closed"), "receive", { timeout = 50 })
  same({ failure.message, failure.notes }, {
    'waited 50 ms for a message on «c1»; 2 bytes "PO" wait for a line end; '
      .. "0.050s late, the peer closed the connection",
    { '0.050s late this came: "NG"; it still lacks a line end' },
  })
end)

test("an end that comes late is told, and is right where it was expected", function()
  same(outcome(lines({ 100 }, "closed"), "receive", { timeout = 50 }),
    "0.050s late, the peer closed the connection")
  same(outcome(lines({ 100 }, "closed"), "expectEnd", { timeout = 50 }), "it came 0.050s late")
  same(outcome(lines({ 100 }, "reset"), "expectEnd", { timeout = 50 }),
    "0.050s late, the peer reset the connection")
  same(outcome(lines({ 100, "x" }), "expectEnd", { timeout = 50 }), '0.050s late came "x"')
end)

test("await goes on skipping what comes late", function()
  same(outcome(lines({ 100, "a\nb\n", 20, "x\n" }), "await", "x", { timeout = 50 }),
    "it came 0.070s late")
end)

test("on a stream the pattern is looked for in what comes late", function()
  local c, host = harness.conversation({ "ab", 100, "cd" })
  same(outcome(c, "expect", host.prelude.patterns.pattern "b(c)", { timeout = 50 }),
    'it came 0.050s late: "bc"')
end)

test("a script that may catch the time-out gets it when the time is up", function()
  local c, host = lines({ 100, "x\n" })
  local failure = harness.raised(c.receive, c, { timeout = 50 })
  same({ host.clock, failure.isHeld, host.held }, { 50, nil, nil })
  same(c:receive(), "x")
end)

test("where something else has failed already there is nothing to wait for", function()
  local c, host = lines({})
  host.hold = function() return false end
  local failure = harness.died(c.receive, c, { timeout = 50 })
  same({ host.clock, failure.isHeld }, { 50, nil })
end)

test("what ends the scenario meanwhile ends the reading, and the time-out stays", function()
  local c = lines({})
  local wait = c.socket.waitForReadyRead
  function c.socket:waitForReadyRead(timeout)
    if self.host.held then error("cancelled", 0) end
    return wait(self, timeout)
  end
  local failure = harness.died(c.receive, c, { timeout = 50 })
  same(failure.notes, {})
end)

test("a predicate that fails on what comes late takes nothing from the time-out", function()
  local c = lines({ 100, "x\n" })
  local failure = harness.died(c.expect, c, function(m) return m.a.b end, { timeout = 50 })
  same({ failure.kind, #failure.notes }, { "timeout", 0 })
end)
