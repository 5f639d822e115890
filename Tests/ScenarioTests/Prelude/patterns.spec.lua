-- What each pattern accepts.
local test, harness = ...
local host = harness.load()
local patterns, null = host.prelude.patterns, host.prelude.null
local matches = host.prelude.matching.matches
local any, empty, exactly, oneOf, pattern = patterns.any, patterns.empty, patterns.exactly, patterns.oneOf, patterns.pattern
local same = harness.same

local function accepts(chosen, value) same(matches(chosen, value), true) end
local function rejects(chosen, value) same(matches(chosen, value), false) end

test("a literal matches itself", function()
  accepts("a", "a")
  rejects("a", "b")
  accepts(1, 1)
  accepts(1, 1.0)
  rejects(1, "1")
  rejects(true, 1)
  accepts(false, false)
end)

test("any matches every value but a missing one, and its fields one type each", function()
  accepts(any, null)
  accepts(any, false)
  rejects(any, nil)
  accepts(any.string, "")
  rejects(any.string, 1)
  accepts(any.number, 1.5)
  accepts(any.integer, 2)
  rejects(any.integer, 2.0)
  accepts(any.boolean, false)
  accepts(any.table, { a = 1 })
  rejects(any.table, null)
  accepts(any.list, { 1, 2 })
  accepts(any.list, {})
  rejects(any.list, { a = 1 })
  rejects(any.list, null)
end)

test("a shape allows other keys at any depth", function()
  accepts({ a = 1 }, { a = 1, b = 2 })
  accepts({ a = { b = any.string } }, { a = { b = "x", c = 0 }, d = 0 })
  rejects({ a = 1 }, { b = 1 })
  rejects({ a = 1 }, "a")
  rejects({ a = 1 }, null)
end)

test("lists match in length", function()
  accepts({ 1, any }, { 1, 2 })
  rejects({ 1 }, { 1, 2 })
  rejects({ 1, 2 }, { 1 })
end)

test("exactly allows no other key at any depth", function()
  accepts(exactly { a = { b = 1 } }, { a = { b = 1 } })
  rejects(exactly { a = 1 }, { a = 1, b = 2 })
  rejects(exactly { a = { b = 1 } }, { a = { b = 1, c = 2 } })
  accepts({ a = exactly { b = any } }, { a = { b = 2 }, c = 3 })
  accepts(exactly {}, {})
  rejects(exactly {}, { 1 })
end)

test("empty matches an empty table only", function()
  accepts(empty, {})
  rejects(empty, { 1 })
  rejects(empty, null)
  rejects(empty, "")
  accepts({ ["return"] = empty }, { ["return"] = {} })
end)

test("null matches null", function()
  accepts(null, null)
  rejects(null, {})
  rejects(null, nil)
end)

test("pattern finds its Lua pattern in a string", function()
  accepts(pattern "^a%d", "a1b")
  rejects(pattern "^a%d", "ba1")
  rejects(pattern "1", 1)
end)

test("oneOf matches what one of its choices matches", function()
  accepts(oneOf { "a", { b = 1 }, any.integer }, { b = 1, c = 2 })
  accepts(oneOf { "a", any.integer }, 5)
  rejects(oneOf { "a", any.integer }, "b")
end)

test("a function is a predicate", function()
  accepts(function(value) return #value == 2 end, "ab")
  rejects(function(value) return #value == 2 end, "abc")
  accepts({ id = function(id) return id > 3 end }, { id = 4 })
  accepts({ gone = function(value) return value == nil end }, { id = 4 })
end)

test("a bare {} is refused, also inside a shape", function()
  local text = "{} as a pattern is unclear: write empty for an empty table, any.table for any table"
  same(harness.raised(matches, {}, {}).text, text)
  same(harness.raised(matches, { a = {} }, { a = {} }).text, text)
end)

test("constructors refuse what they cannot hold", function()
  same(harness.raised(pattern, 1).text, "pattern takes a Lua pattern, not a number")
  same(harness.raised(pattern, "[a").text,
    '"[a" is not a Lua pattern: malformed pattern (missing \']\')')
  same(harness.raised(oneOf, {}).text,
    'oneOf takes a list of patterns, such as oneOf { "yes", "no" }')
  same(harness.raised(exactly, "a").text, 'exactly takes a table, not "a"')
  same(harness.raised(function() return any.strin end).text, "a pattern has no 'strin'")
end)
