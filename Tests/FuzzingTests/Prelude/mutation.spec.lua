-- Bytes that are changed a little.
local test, harness = ...
local same = harness.same

test("the simplest mutation is none", function()
  local host = harness.load()
  same(host.prelude.generator.new(host.prelude.tape.simplest()):mutate("abc"), "abc")
end)

test("mutations change bytes in many ways, and never fail", function()
  local host = harness.load()
  local seen, count = {}, 0
  for seed = 1, 500 do
    local g = host.prelude.generator.new(host.prelude.tape.fresh(seed))
    local changed = g:mutate("GET 12\r\n", { count = 3 })
    if not seen[changed] then seen[changed], count = true, count + 1 end
  end
  assert(count > 200, count)
end)

test("no bytes become some", function()
  local host, grown = harness.load(), false
  for seed = 1, 50 do
    grown = grown or host.prelude.generator.new(host.prelude.tape.fresh(seed)):mutate("") ~= ""
  end
  same(grown, true)
end)
