-- Expect on a stream: text looked for in what comes.
local test, harness = ...
local same = harness.same

local function stream(...) return harness.conversation({ ... }) end

test("a text is found over any arrivals, and taken through its end", function()
  local c = stream("ab", "cde", "f")
  same(c:expect("bcd"), "bcd")
  same(c:expect("ef"), "ef")
end)

test("what stands before the text is taken with it", function()
  local c, host = stream("noise login: rest")
  c:expect("login: ")
  same(host.events[1], { kind = "received", lane = "c1", text = "noise login: " })
  same(c:receive(), "rest")
end)

test("a pattern gives what it found, then its captures", function()
  local c, host = stream("x user", "=ann id=7;")
  local patterns = host.prelude.patterns
  same({ c:expect(patterns.pattern "user=(%a+) id=(%d+);") }, { "user=ann id=7;", "ann", "7" })
end)

test("of several choices the one that stands first is found", function()
  local c, host = stream("later now")
  local oneOf, pattern = host.prelude.patterns.oneOf, host.prelude.patterns.pattern
  same(c:expect(oneOf { "now", pattern "l%a+" }), "later")
  same(c:expect(oneOf { "now", "later" }), "now")
end)

test("a predicate sees all that has come", function()
  same(stream("a", "b", "c"):expect(function(text) return #text == 2 end), "ab")
end)

test("a number is looked for as its text", function()
  same(stream("n=42"):expect(42), "42")
end)

test("what is not text cannot be looked for", function()
  local c = stream("a")
  same(harness.raised(c.expect, c, { 1 }).text,
    "a stream holds text, in which expect cannot look for { 1 }")
  same(harness.raised(c.send, c, { 1 }).text,
    'a message of the codec "stream" is a string, not { 1 }')
end)

test("a text that does not come is a time-out that shows what did", function()
  local c, host = stream("abc", 10, "de")
  local failure = harness.raised(c.expect, c, "xyz", { timeout = 100 })
  same({ failure.kind, failure.message },
    { "timeout", 'waited 100 ms for "xyz" in what comes on «c1»; 5 bytes "abcde" wait for a match' })
  same(host.events[1].kind, "waited")
  same(host.events[#host.events], { kind = "unread", lane = "c1", text = "abcde" })
  same(c:receive(), "abcde")
end)

test("an end before the text shows what came", function()
  local c = harness.conversation({ "bye" }, { ending = "closed" })
  same(harness.raised(c.expect, c, "hi").message,
    'waited for "hi" in what comes on «c1», but the peer closed the connection; 3 bytes "bye" wait for a match')
end)
