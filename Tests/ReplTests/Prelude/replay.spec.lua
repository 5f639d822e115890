local test, harness = ...
local same = harness.same

local function merged(left, right)
  local host = harness.load()
  local state = { captures = {}, values = {} }
  return host.prelude.literals.text(host.prelude.replay.merge(left, right, state))
end

test("what is the same both times is expected as it is", function()
  same(merged({ "a", 1 }, { "a", 1 }), '{ "a", 1 }')
end)

test("numbers that differ are any", function()
  same(merged({ 1, 1.5 }, { 2, 2.5 }), "{ any.integer, any.number }")
end)

test("a number in a text becomes a pattern with what stands around it", function()
  same(merged("pid 123.", "pid 4567."), 'pattern "^pid %d+%.$"')
end)

test("a word that differs does so as a whole", function()
  same(merged("token abcd", "token abxy"), 'pattern "^token [%w_%-]+$"')
end)

test("texts that have nothing in common are any", function() same(merged("ab", "xy"), "any.string") end)

test("values of different types are any", function() same(merged("1", 1), "any") end)

test("lists of different lengths are tables", function()
  same(merged({ { 1 } }, { { 1, 2 } }), "{ any.table }")
end)

test("a field that is there once only is not asked for", function()
  same(merged({ a = 1, b = 2 }, { a = 1 }), "{ a = 1 }")
end)

test("a value that was captured is expected as the capture", function()
  local host = harness.load()
  local capture = { value = "abc123" }
  local state = { captures = { capture }, values = { [capture] = "xyz789" } }
  same(host.prelude.replay.merge("is abc123", "is xyz789", state), "is abc123")
end)
