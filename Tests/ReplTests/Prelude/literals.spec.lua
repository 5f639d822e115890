local test, harness = ...
local same = harness.same

local function text(value, special) return harness.load().prelude.literals.text(value, special) end

test("values are source that makes them again", function()
  local value = { 1, -2.5, "a\n\"\0\xff é", true, ["a b"] = { x = {} } }
  same(load("return " .. text(value))(), value)
end)

test("a null is named", function()
  local host = harness.load()
  same(host.prelude.literals.text { host.prelude.null }, "{ null }")
end)

test("a pattern is what a script writes for it", function()
  local host = harness.load()
  local patterns, literals = host.prelude.patterns, host.prelude.literals
  same(literals.text { patterns.any.string, patterns.pattern '^"%d+$' },
    '{ any.string, pattern "^\\"%d+$" }')
end)

test("a long table has an entry a line", function()
  local long = ("x"):rep(60)
  same(text { long, long }, ('{\n  "%s",\n  "%s",\n}'):format(long, long))
end)
