-- Expecting an end, or silence.
local test, harness = ...
local same = harness.same

test("expectEnd takes a clean end", function()
  local c, host = harness.conversation({}, { ending = "closed" })
  same(c:expectEnd(), c)
  c:expectEnd()
  same(host.events, { { kind = "ended", lane = "c1" } })
end)

test("expectEnd refuses bytes, a reset and silence", function()
  local c = harness.conversation({ "late" }, { ending = "closed" })
  same(harness.raised(c.expectEnd, c), {
    kind = "mismatch", lane = "c1", actual = "late", isBytes = true,
    message = 'expected the end of «c1», but 4 bytes came: "late"',
  })
  c = harness.conversation({}, { ending = "reset" })
  same(harness.raised(c.expectEnd, c).message,
    "expected the end of «c1», but the peer reset the connection")
  c:expectEnd { reset = true }
  c = harness.conversation({})
  same(harness.raised(c.expectEnd, c, { timeout = "1s" }).message,
    "waited 1 s for the end of «c1»; nothing came")
end)

test("quiet holds for its time and fails when something comes", function()
  local c, host = harness.conversation({ 300, "x" })
  c:quiet("200ms")
  same(host.clock, 200)
  same(harness.raised(c.quiet, c, 200).message,
    'expected silence on «c1» for 200 ms, but 1 byte came: "x"')
end)

test("quiet fails when the peer closes", function()
  local c = harness.conversation({}, { ending = "closed" })
  same(harness.raised(c.quiet, c, 200).message,
    "expected silence on «c1» for 200 ms, but the peer closed the connection")
end)
