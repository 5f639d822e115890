-- Failing cases, made small.
local test, harness = ...
local same = harness.same

test("a threshold is found", function()
  for seed = 1, 10 do
    local tape = harness.shrunk(harness.load(), function(g)
      if g:int { 0, 1000000 } > 4711 then error("big") end
    end, seed)
    same(tape.values, { 4712 })
  end
end)

test("a negative number stays negative only if it must", function()
  local tape = harness.shrunk(harness.load(), function(g)
    if math.abs(g:int { -1000, 1000 }) >= 10 then error("far") end
  end)
  same(tape.values, { 10 })
  tape = harness.shrunk(harness.load(), function(g)
    if g:int { -1000, 1000 } <= -10 then error("low") end
  end)
  same(tape.values, { -10 })
end)

test("only the messages that matter stay", function()
  for seed = 1, 10 do
    local tape, shrinker = harness.shrunk(harness.load(), function(g)
      local state = 0
      g:repeatUpTo(40, function()
        g:oneOf {
          function() g:int { 0, 1000 } end,
          function() state = state == 0 and 1 or state end,
          function() state = state == 1 and 2 or state end,
          function() if state == 2 then error("reached") end end,
        }
      end)
    end, seed)
    -- A fourth stop choice is not made any more.
    same(tape.values, { true, 2, true, 3, true, 4 })
    assert(shrinker.runs <= 120, shrinker.runs)
  end
end)

test("bytes shrink to the length and the content that matter", function()
  local tape = harness.shrunk(harness.load(), function(g)
    if #g:bytes { max = 200, from = "a-z" } > 33 then error("long") end
  end)
  same(tape.values, { ("a"):rep(34) })
  tape = harness.shrunk(harness.load(), function(g)
    if g:bytes { max = 200 }:find("[m-z]") then error("special") end
  end)
  same(tape.values, { "m" })
end)

test("a simpler branch is taken where it fails, too", function()
  local tape = harness.shrunk(harness.load(), function(g)
    local value = g:oneOf {
      function() return g:int { 0, 100 } end,
      function() return #g:bytes { max = 100 } end,
    }
    if value > 20 then error("much") end
  end)
  same(tape.values, { 1, 21 })
end)

test("values that must be equal shrink together", function()
  local tape = harness.shrunk(harness.load(), function(g)
    local one = g:int { 0, 200 }
    local other = g:int { 0, 200 }
    if one == other and one > 5 then error("equal") end
  end)
  same(tape.values, { 6, 6 })
end)

test("a sum is moved into the last number", function()
  local tape = harness.shrunk(harness.load(), function(g)
    if g:int { 0, 100 } + g:int { 0, 100 } >= 60 then error("sum") end
  end)
  same(tape.values, { 0, 60 })
end)

test("a lie that does not matter goes", function()
  local tape = harness.shrunk(harness.load(), function(g)
    local bytes = g:block { { "n", u8 = "of:b", lie = 0.9 }, { "b", bytes = g:bytes { max = 40 } } }
    if #bytes > 10 then error("long") end
  end)
  same(tape.values, { ("0"):rep(10), false })
end)

test("what is explained is what may have any value", function()
  local host = harness.load()
  local play = harness.player(host, function(g)
    g:int { 0, 100 }
    if g:int { 0, 100 } > 50 then error("second") end
    g:bytes()
  end)
  local tape = host.prelude.tape.replay { 3, 51, "abc" }
  same(play(tape), "failed")
  local free = host.prelude.shrinking.explain(tape, function(values)
    local candidate = host.prelude.tape.replay(values)
    return play(candidate) == "failed", candidate
  end, 8)
  same(free, { [1] = true })
end)

test("a limit of runs ends it", function()
  local host = harness.load()
  local tapes = host.prelude.tape
  local tape = tapes.fresh(3)
  local shape = host.prelude.shapes.int(0, 1000000)
  for _ = 1, 50 do tape:choose(shape) end
  local _, shrinker = host.prelude.shrinking.shrink(tape, function(values)
    local candidate = tapes.replay(values)
    for _ = 1, 50 do candidate:choose(shape) end
    return false, candidate
  end, { runs = 10 })
  same(shrinker.runs, 11)
end)
