-- Random numbers.
local test, harness = ...
local same = harness.same

local function new() return harness.load().prelude.randomness end

test("SplitMix64 gives the numbers of its reference implementation", function()
  local random = new().new(1234567)
  same({ random:bits(), random:bits() }, { 6457827717110365317, 3203168211198807973 })
end)

test("each case has a seed of its own, whatever came before it", function()
  local randomness, seen = new(), {}
  for number = 1, 2000 do
    local seed = randomness.seedOf(7, number)
    same(seen[seed], nil)
    seen[seed] = true
    same(seed, randomness.seedOf(7, number))
  end
end)

test("a range of all integers is a range", function()
  local random, negative = new().new(1), 0
  for _ = 1, 200 do
    if random:integer(math.mininteger, math.maxinteger) < 0 then negative = negative + 1 end
  end
  assert(negative > 60 and negative < 140, negative)
end)

test("numbers stay in their range and reach its ends", function()
  local random, seen = new().new(3), {}
  for _ = 1, 500 do seen[random:integer(-2, 2)] = true end
  same(seen, { [-2] = true, [-1] = true, [0] = true, [1] = true, [2] = true })
end)
