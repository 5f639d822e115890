-- Values as text.
local test, harness = ...
local describe = harness.load().prelude.describe
local same = harness.same

test("text stays readable, and what could move a terminal is escaped", function()
  same(describe.bytes('a"b\\c\r\n\t\0\27[1m\127'), [["a\"b\\c\r\n\t\x00\x1b[1m\x7f"]])
  same(describe.bytes("grün ✓"), '"grün ✓"')
  same(describe.bytes("\u{9b}31m"), [["\xc2\x9b31m"]])
end)

test("bytes that are not UTF-8 are shown in hexadecimal", function()
  same(describe.bytes("a\xff\xfe"), [["a\xff\xfe"]])
end)

test("a long string is cut between characters and says its length", function()
  same(describe.bytes("aü" .. ("x"):rep(20), 2), '"a…" (23 bytes)')
  same(describe.bytes(("x"):rep(300), 3), '"xxx…" (300 bytes)')
end)

test("numbers show whether they are integers", function()
  same(describe.value(3), "3")
  same(describe.value(3.0), "3.0")
  same(describe.value(0.1), "0.1")
  same(describe.value(0.1 + 0.2), "0.30000000000000004")
  same(describe.value(1 / 0), "math.huge")
  same(describe.value(math.mininteger), "-9223372036854775808")
end)

test("a table is written as Lua with its keys sorted", function()
  same(describe.value({ "x", 2, b = true, a = { c = "d" }, ["end"] = 1, [true] = 0, [-1] = 5 }),
    '{ [-1] = 5, "x", 2, a = { c = "d" }, b = true, ["end"] = 1, [true] = 0 }')
  same(describe.value({}), "{}")
end)

test("a table inside of itself ends", function()
  local cyclic = { 1 }
  cyclic.self = cyclic
  same(describe.value(cyclic), "{ 1, self = { … itself … } }")
end)

test("a deep or large table is bounded", function()
  local deep = {}
  for _ = 1, 1000 do deep = { deep } end
  same(#describe.value(deep) < 200, true)
  local large = {}
  for index = 1, 10000 do large[index] = index end
  same(#describe.value(large) < 1200, true)
end)

test("null and patterns are written as a script writes them", function()
  local prelude = harness.load().prelude
  local patterns = prelude.patterns
  local text = prelude.describe.value {
    prelude.null, patterns.any, patterns.any.list, patterns.pattern "^a\n", patterns.oneOf { 1, "b" },
    patterns.exactly { a = 1 }, patterns.empty,
  }
  same(text,
    [[{ null, any, any.list, pattern("^a\n"), oneOf { 1, "b" }, exactly { a = 1 }, empty }]])
end)

test("a step of a path is a name where it can be", function()
  same(describe.step("id") .. describe.step(2) .. describe.step("a b") .. describe.step("end"),
    '.id[2]["a b"]["end"]')
end)
