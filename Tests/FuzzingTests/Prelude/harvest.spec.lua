-- What is kept of cases, where a target counts what it passes.
local test, harness = ...
local same = harness.same

---A world whose target passes edges: those that `passes` names for the values of a tape.
---@param passes fun(values: any[]): table<string, boolean>
local function new(passes)
  local host = harness.load()
  local tapes = host.prelude.tape
  local seen, passed, remembered = {}, {}, {}
  local map = {}
  function map.judge(_, keeps)
    local edges = 0
    for edge in pairs(passed) do
      if not seen[edge] then edges = edges + 1 end
      if keeps then seen[edge] = true end
    end
    return edges, 0
  end
  function map.remember() remembered = passed end
  function map.mask()
    local count = 0
    for _, pair in ipairs { { passed, remembered }, { remembered, passed } } do
      for edge in pairs(pair[1]) do
        if not pair[2][edge] and seen[edge] ~= "noisy" then seen[edge], count = "noisy", count + 1 end
      end
    end
    return count
  end
  function map.known()
    local count = 0
    for _ in pairs(seen) do count = count + 1 end
    return count
  end
  local world = {
    map = map, feedback = host.prelude.feedback.new(map), noisy = 0, stability = false,
    corpus = host.prelude.corpus.open(false), isLate = function() return false end,
  }
  local function play(_, tape)
    local g = host.prelude.generator.new(tape)
    g:repeatUpTo(9, function() g:int { 0, 99 } end)
    tape:finish()
    passed = passes(tape.values)
    return { outcome = "passed" }, { tape = tape, g = g, news = 0 }
  end
  host.prelude.trial = { play = play }
  return world, function(values, news)
    local _, case = play(world, tapes.replay(values))
    case.news = news or 0
    host.prelude.harvest.keep(world, case)
    return world.corpus.entries
  end
end

---A round each: whether it goes on, and its number.
local VALUES = { true, 1, true, 2, true, 3, false }

test("a tape is trimmed to what its edges need, also where its replies were new", function()
  local _, keep = new(function(values)
    for _, value in ipairs(values) do if value == 2 then return { two = true } end end
    return {}
  end)
  same(keep(VALUES, 5)[1].values, { true, 2, false })
end)

test("an edge that does not come back is known after one case", function()
  local count = 0
  local world, keep = new(function()
    count = count + 1
    return count % 3 == 1 and { steady = true, rare = true } or { steady = true }
  end)
  same(#keep(VALUES), 1)
  same(world.noisy, 1)
  -- The third time that the target passes it.
  count = 0
  same(#keep(VALUES), 1)
  same({ world.noisy, world.stability }, { 1, 50 })
end)
