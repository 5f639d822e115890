-- Which pattern stands for which message.
local test, harness = ...
local same = harness.same

local function startsWith(prefix, text) return text:sub(1, #prefix) == prefix end

local function assigned(patterns, ...)
  local assignment = harness.load().prelude.assignment.new(patterns)
  for _, message in ipairs { ... } do same(assignment:place(message, startsWith), true) end
  return assignment
end

test("a message may give its pattern to another one", function()
  same(assigned({ "", "a" }, "ab", "x"):messages(), { "x", "ab" })
  same(assigned({ "a", "" }, "ab", "x"):messages(), { "ab", "x" })
end)

test("patterns change hands over several messages", function()
  same(assigned({ "", "a", "ab" }, "abc", "ax", "y"):messages(), { "y", "ax", "abc" })
  same(assigned({ "ab", "a", "" }, "abc", "abd", "abe"):open(), {})
end)

test("a message beyond what its patterns can hold has no place", function()
  local assignment = assigned({ "a", "b" }, "a1")
  local isPlaced, matches = assignment:place("a2", startsWith)
  same({ isPlaced, matches }, { false, { 1 } })
  same(assignment:open(), { "b" })
end)

test("a pattern is asked once about each message", function()
  local asked = 0
  local assignment = harness.load().prelude.assignment.new { "a", "a", "a" }
  for _ = 1, 3 do
    assignment:place("a", function()
      asked = asked + 1
      return true
    end)
  end
  same(asked, 9)
end)
