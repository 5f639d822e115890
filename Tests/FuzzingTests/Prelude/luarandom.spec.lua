-- What `math.random` gives in the body of a case.
local test, harness = ...
local same = harness.same

---Plays a body to a tape, with Lua's functions as they were afterwards.
local function played(tapeOf, body)
  local host = harness.load()
  local prelude, random, randomseed = host.prelude, math.random, math.randomseed
  function host.seed() return 7 end
  prelude.luarandom.install()
  local definition = { wait = 100, body = body }
  local case = prelude.cases.new(definition, tapeOf(prelude.tape), false)
  local fine, problem = prelude.cases.play(definition, case, {})
  math.random, math.randomseed = random, randomseed
  same({ fine, problem }, { true })
  return case.tape.values
end

local function fresh(seed) return function(tapes) return tapes.fresh(seed) end end
local function replayed(values) return function(tapes) return tapes.replay(values) end end

---What a body that draws three numbers gets, beside the values of its tape.
local function drawn(tapeOf)
  local numbers
  local values = played(tapeOf, function(g)
    numbers = { g:int { 0, 9 }, math.random(1 << 40), math.random(1 << 40) }
  end)
  return numbers, values
end

test("math.random of a case comes back when its tape is played again", function()
  local numbers, values = drawn(fresh(3))
  math.randomseed(99)
  same(drawn(replayed(values)), numbers)
end)

test("math.random differs from case to case", function()
  local one, other = drawn(fresh(3)), drawn(fresh(4))
  assert(one[2] ~= other[2], "both cases got " .. one[2])
end)

test("a case that takes nothing from math.random makes no choice for it", function()
  same(#played(fresh(3), function(g) g:bool() end), 1)
end)

test("a case that takes much from math.random makes one choice for it", function()
  same(#select(2, drawn(fresh(3))), 2)
end)

test("a body's own seed is taken", function()
  local numbers = {}
  for index = 1, 2 do
    local values = played(fresh(index), function()
      math.randomseed(5)
      numbers[index] = math.random(1 << 40)
    end)
    same(values, {})
  end
  same(numbers[1], numbers[2])
end)

test("a body that seeds without a seed gets that of its tape", function()
  local numbers, values = {}, nil
  local function body()
    math.randomseed()
    numbers[#numbers + 1] = math.random(1 << 40)
  end
  values = played(fresh(3), body)
  played(replayed(values), body)
  same(numbers[1], numbers[2])
end)

test("the seed of the run is asked for by what draws outside of cases alone", function()
  local host = harness.load()
  local random, randomseed, asked = math.random, math.randomseed, 0
  function host.seed()
    asked = asked + 1
    return 7
  end
  host.prelude.luarandom.install()
  local before = asked
  math.random()
  math.random()
  math.random, math.randomseed = random, randomseed
  same({ before, asked }, { 0, 1 })
end)
