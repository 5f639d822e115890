-- Messages in any order, and any of several messages.
local test, harness = ...
local same = harness.same

local function lines(...)
  local c, host = harness.conversation({ ... }, { codec = "line" })
  return c, host, host.prelude.patterns.pattern
end

test("unordered messages are given back in the order of their patterns", function()
  local c, host, pattern = lines("ab\na\nrest\n")
  same(c:expectUnordered { "a", pattern "^a" }, { "a", "ab" })
  same(c:receive(), "rest")
  same(host.assertions, 1)
end)

test("a message for which no pattern is left fails at once, and names those that are open", function()
  local c, _, pattern = lines("b\nx\n")
  local failure = harness.raised(c.expectUnordered, c, { "a", pattern "^b", "c" })
  same({ failure.kind, failure.message, failure.notes }, {
    "mismatch", 'expected the next message on «c1» to match one of the patterns that are still open, got "x"',
    { 'still open: "a", "c"', "it matches none of the patterns" },
  })
  c = lines("a\na\n")
  same(harness.raised(c.expectUnordered, c, { "a", "b" }).notes,
    { 'still open: "b"', "what it matches is taken by messages that came before" })
end)

test("what is refused is compared with the one pattern that is open, or the nearest", function()
  local function refused(...)
    local c = harness.conversation({ '{"id":1,"s":2}\n' }, { codec = "jsonl" })
    return harness.raised(c.expectUnordered, c, { ... })
  end
  same(refused({ id = 1, s = 3 }).difference, { ".s: expected 3, got 2" })
  same(refused({ id = 7, s = 7 }, { id = 1, s = 4 }).difference, { ".s: expected 4, got 2" })
  same(refused("a", "b").difference, nil)
end)

test("an unordered set that does not come whole says what is missing", function()
  local c = harness.conversation({ 60, "b\n" }, { codec = "line" })
  same(harness.raised(c.expectUnordered, c, { "a", "b", "c" }, { timeout = 100 }).message,
    'waited 100 ms for oneOf { "a", "c" } on «c1»; 1 of 3 messages came')
end)

test("on a stream what stands first of the texts still wanted is taken", function()
  local c, host = harness.conversation({ "two one", " two" })
  same(c:expectUnordered { "one", "two" }, { "one", "two" })
  same(host.events[1].text, "two")
  same(c:receive(), " two")
end)

test("any runs the branch that matches, with the message and its captures", function()
  local c, host, pattern = lines("id=7\n")
  same({ c:expectAny {
    { "x", function() return "wrong" end },
    { pattern "id=(%d)", function(message, id) return id, message end },
  } }, { "7", "id=7" })
  same(host.assertions, 1)
end)

test("of two branches that match the first one is run", function()
  local c, _, pattern = lines("ab\n")
  same(c:expectAny { { pattern "a", function() return 1 end }, { "ab", function() return 2 end } }, 1)
end)

test("a branch without a function gives the message and its captures", function()
  local c, _, pattern = lines("id=7\n")
  same({ c:expectAny { { pattern "id=(%d)" } } }, { "id=7", "7" })
end)

test("again matches once more, under the same deadline", function()
  local c, host = harness.conversation({ 40, "more\n", 40, "more\n", 40, "done\n" }, { codec = "line" })
  local again, count = host.prelude.scenario.globals.again, 0
  local branches = {
    { "more", function()
      count = count + 1
      return again
    end }, { "done" },
  }
  same(harness.raised(c.expectAny, c, branches, { timeout = 100 }).message,
    'waited 100 ms for oneOf { "more", "done" } on «c1»; nothing came')
  same({ count, host.clock }, { 2, 100 })
  same(c:expectAny(branches), "done")
end)

test("a message that no branch matches names what was tried", function()
  local c, _, pattern = lines("x\n")
  local failure = harness.raised(c.expectAny, c, { { "a" }, { pattern "b" } })
  same({ failure.message, failure.notes }, {
    'expected the next message on «c1» to match the pattern of a branch, got "x"',
    { 'tried: "a", pattern("b")' },
  })
end)

test("on a stream the earliest match of all branches wins", function()
  local c, host = harness.conversation({ "noise Password: login: " })
  local pattern = host.prelude.patterns.pattern
  local branches = {
    { "login: ", function() return "login" end },
    { pattern "(%w+): ", function(_, word) return word end },
  }
  same(c:expectAny(branches), "Password")
  same(c:expectAny(branches), "login")
end)

test("an end says which texts were looked for", function()
  local c = harness.conversation({ "x" }, { ending = "closed" })
  same(harness.raised(c.expectAny, c, { { "a" }, { "b" } }).message,
    'waited for oneOf { "a", "b" } in what comes on «c1», but the peer closed the connection; '
    .. '1 byte "x" waits for a match')
end)

test("what is no branch is refused", function()
  local c = lines("a\n")
  local form = "a branch of expectAny is { pattern, function(message) … end }"
  same(harness.raised(c.expectAny, c, { "a" }).text, form)
  same(harness.raised(c.expectAny, c, { {} }).text, form)
  same(harness.raised(c.expectAny, c, { { "a", "b" } }).text, form)
  same(harness.raised(c.expectAny, c, { { "a" }, within = 5 }).text,
    'expectAny takes a list of patterns, without the key "within"')
end)
