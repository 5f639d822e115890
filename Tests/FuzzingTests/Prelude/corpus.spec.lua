-- Tapes made of others.
local test, harness = ...
local same = harness.same

local function body(g)
  g:repeatUpTo(10, function()
    g:oneOf { function() g:int { 0, 100 } end, function() g:bytes { max = 9 } end }
  end)
end

test("mutated tapes are tapes that a script can play, and most of them differ", function()
  local host = harness.load()
  local tapes, play = host.prelude.tape, harness.player(host, body)
  local corpus = host.prelude.corpus.open(false)
  for seed = 1, 5 do
    local tape = tapes.fresh(seed)
    play(tape)
    corpus:add(tape, seed % 2)
  end
  local seen, count = {}, 0
  for seed = 1, 300 do
    local tape = corpus:mutated(host.prelude.randomness.new(seed), seed)
    if tape then
      same(play(tape), "passed")
      local key = tapes.encode(tape.values)
      if not seen[key] then seen[key], count = true, count + 1 end
    end
  end
  assert(count > 150, count)
end)

test("an empty corpus gives nothing", function()
  local host = harness.load()
  local corpus = host.prelude.corpus.open(false)
  same(corpus:mutated(host.prelude.randomness.new(1), 1), nil)
end)
