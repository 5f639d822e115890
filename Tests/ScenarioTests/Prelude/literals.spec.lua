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

test("a long run of one byte is a short expression", function()
  local literals = harness.load().prelude.literals
  same(literals.expression("NAME " .. ("a"):rep(33) .. "\n"), '"NAME " .. ("a"):rep(33) .. "\\n"')
  for _, bytes in ipairs { "", "plain", ("x"):rep(40), "ab" .. ("\0"):rep(20) .. "c", "\x80" .. "1" } do
    same(load("return " .. literals.expression(bytes))(), bytes)
  end
end)

test("functions, and what holds one, have no source", function()
  local literals = harness.load().prelude.literals
  same(literals.of(print), nil)
  same(literals.of { { print } }, nil)
  same(literals.of { 1, x = "two" }, '{ 1, x = "two" }')
end)
