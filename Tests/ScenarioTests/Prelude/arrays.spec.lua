-- Lists that stay lists when they are empty.
local test, harness = ...
local host = harness.load()
local array, null = host.prelude.arrays.array, host.prelude.null
local matches, equals = host.prelude.matching.matches, host.prelude.matching.equals
local same = harness.same

test("an array is the table itself", function()
  local list = { 1, 2 }
  same(rawequal(array(list), list), true)
  same(rawequal(array(array(list)), list), true)
  same(#array {}, 0)
end)

test("as a pattern an empty array matches an empty list, and empty any empty table", function()
  local empty = host.prelude.patterns.empty
  for _, pair in ipairs {
    { array {}, array {}, true }, { array {}, {}, false }, { array {}, array { 1 }, false },
    { array {}, null, false }, { empty, array {}, true }, { empty, {}, true },
    { { a = array {} }, { a = array {} }, true }, { array { 1 }, { 1 }, true },
  } do
    same(matches(pair[1], pair[2]), pair[3])
  end
end)

test("equal tables are equal whether they are marked or not", function()
  same(equals(array {}, {}), true)
  same(equals({ 1 }, array { 1 }), true)
end)

test("an empty array is described as one", function()
  same(host.prelude.describe.value { a = array {}, b = {} }, "{ a = array {}, b = {} }")
  same(host.prelude.describe.value(array { 1 }), "{ 1 }")
end)

test("what is no list is refused", function()
  for _, pair in ipairs {
    { 1, "array takes a list, such as array { 1, 2 }, not 1" },
    { null, "array takes a list, such as array { 1, 2 }, not null" },
    { { 1, nil, 3 }, "array takes a list, and this table has no [2]" },
    { { a = 1 }, "array takes a list, and this table has a .a" },
    { host.prelude.patterns.empty, "array takes a list, such as array { 1, 2 }, not empty" },
  } do
    same(harness.raised(array, pair[1]).text, pair[2])
  end
end)
