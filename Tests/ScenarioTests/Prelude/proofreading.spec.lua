-- What is wrong with texts that nobody has interpreted yet.
local test, harness = ...
local same = harness.same

test("a Lua pattern is malformed wherever string.find would say so", function()
  local read = harness.load().prelude.proofreading
  local wrong = {
    ["("] = "a ')' is missing", ["a("] = "a ')' is missing", ["a)"] = "a ')' has no '(' before it",
    ["x%"] = "its last '%' has nothing behind it", ["a[b"] = "a ']' is missing",
    ["[]"] = "a ']' is missing", ["[^]"] = "a ']' is missing", ["[a%]"] = "a ']' is missing",
    ["a%b("] = "'%b' needs two characters", ["%fa"] = "a '[' is missing behind '%f'",
    ["(a)%2"] = "no capture ends before '%2'", ["(%1)"] = "no capture ends before '%1'",
  }
  for pattern, problem in pairs(wrong) do
    same(read("pattern", pattern), ('"%s" is not a Lua pattern: %s'):format(pattern, problem))
  end
  for _, pattern in ipairs {
    "", "^a.-(b+)$", "()", "((a)%2)", "[]]", "[^]]", "[%]]", "[a-z%d]*", "%bxy", "%f[%w]a", "%%", "%(",
    "(a)(b)%2%1",
  } do
    same(read("pattern", pattern), nil)
    same(pcall(string.find, "", pattern), true)
  end
end)

test("a block of talk is read without being played", function()
  local read = harness.load().prelude.proofreading
  same({ read("talk", "> a\n< b\n~ 5ms\n# c\n< <eof>", "line") }, {})
  same({ read("talk", "> a\n<b", "line") }, { 'a line begins with "> ", "< ", "~ " or "# "', 2 })
  same({ read("talk", "\n~ soon", "line") }, { '"soon" is no duration', 2 })
  same({ read("talk", "> {{x}}") }, { "{{x}} stands for no text that was captured before", 1 })
  same({ read("talk", "> {{x=}}", nil) }, {
    "{{x=}} is neither {{any}}, {{name}}, {{name=LUA PATTERN}} nor bytes as {{0d 0a}}", 1,
  })
  same(select(2, read("talk", "> {}\n> {", "jsonl")), 2)
  same({ read("talk", "> {", "of a script") }, {})
end)
