local test, harness = ...
local same = harness.same

local function unescaped(text) return harness.load().prelude.typing.unescaped(text) end

test("a text without escapes stays as it is", function() same(unescaped "GET / é", "GET / é") end)

test("escapes are those of Lua's strings", function()
  same(unescaped [[a\r\n\t\x00\xfF\\n\0]], "a\r\n\t\0\xff\\n\0")
end)

test("what is no escape stays", function() same(unescaped [[\q \xg]], [[\q \xg]]) end)
