-- Equality, and where two values differ.
local test, harness = ...
local host = harness.load()
local matching, lines = host.prelude.matching, host.prelude.difference.lines
local any = host.prelude.patterns.any
local same = harness.same

test("equal tables hold equal values", function()
  same(matching.equals({ 1, { a = "b" } }, { 1, { a = "b" } }), true)
  same(matching.equals({ 1 }, { 1, 2 }), false)
  same(matching.equals({ a = 1 }, { a = 1, b = 2 }), false)
  same(matching.equals({}, {}), true)
  same(matching.equals({}, host.prelude.null), false)
end)

test("equality takes functions and patterns for plain values", function()
  same(matching.equals(function() return true end, 1), false)
  same(matching.equals(any, 1), false)
  same(matching.equals(any, any), true)
end)

test("cyclic tables are compared and end", function()
  local left, right = { 1 }, { 1 }
  left.self, right.self = left, right
  same(matching.equals(left, right), true)
  right[1] = 2
  same(matching.equals(left, right), false)
end)

test("each difference is a line with its path", function()
  same(lines(matching.matches,
    { id = "c1", list = { 1, 2 }, ["return"] = { status = "ok" }, flag = any.boolean },
    { id = "c1", list = { 1, 3, 4 }, ["return"] = { status = "bad", more = 1 } }),
    {
      ".flag: expected any.boolean, got nothing",
      ".list[2]: expected 2, got 3",
      ".list[3]: not expected, got 4",
      '["return"].status: expected "ok", got "bad"',
    })
end)

test("equality also reports what is too much", function()
  same(lines(matching.equals, { a = 1 }, { a = 1, ["b c"] = "x" }),
    { '["b c"]: not expected, got "x"' })
end)

test("many differences are counted, not shown", function()
  local expected, actual = {}, {}
  for index = 1, 30 do expected[index], actual[index] = index, -index end
  local found = lines(matching.equals, expected, actual)
  same(#found, 21)
  same(found[21], "and 10 further differences")
end)

test("a kind of value at the top is named", function()
  same(lines(matching.matches, host.prelude.patterns.exactly { a = 1 }, host.prelude.null),
    { "at the top: expected { a = 1 }, got null" })
end)

test("what is exact is so inside of oneOf as well", function()
  local host = harness.load()
  local patterns, matching = host.prelude.patterns, host.prelude.matching
  local shape = { a = patterns.oneOf { { x = 1 }, "no" } }
  same(matching.matches(shape, { a = { x = 1, y = 2 } }), true)
  same(matching.matches(patterns.exactly(shape), { a = { x = 1, y = 2 } }), false)
  same(matching.matches(patterns.exactly(shape), { a = { x = 1 } }), true)
end)

test("what makes patterns is no predicate", function()
  for _, name in ipairs { "pattern", "exactly" } do
    local fine, problem = pcall(matching.matches, host.prelude.patterns[name], name == "pattern" and "x" or {})
    same(fine, false)
    same(tostring(problem):find("answers with a pattern, " .. name, 1, true) ~= nil, true)
  end
end)
