-- Texts that Lua patterns match.
local test, harness = ...
local of = harness.load().prelude.specimen.of
local same = harness.same

test("the text of a pattern is short and easy to read", function()
  for pattern, text in pairs {
    ["%d+"] = "1", ["%S+"] = "a", ["%x%x%x"] = "aaa", ["v%d%.%d+"] = "v1.1", ["[A-C]-x"] = "x",
    ["[^%w]"] = "_", ["[]]"] = "]", ["a*b?c+"] = "c", ["%%"] = "%", [".."] = "aa", ["%u"] = "A",
  } do
    same(of(pattern), text)
  end
end)

test("where none is found there is none", function()
  same(of("%b()"), nil)
  same(of("%f[%w]a"), nil)
  same(of("(%d)%1"), nil)
end)
