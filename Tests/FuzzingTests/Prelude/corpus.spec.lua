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

test("every byte of what has found something is tried, one after the other", function()
  local host = harness.load()
  local tapes, randomness = host.prelude.tape, host.prelude.randomness
  local function body(g)
    g:int { 0, 9 }
    g:bytes { min = 2, max = 2, from = "a-c" }
  end
  local corpus = host.prelude.corpus.open(false)
  local tape = tapes.replay { 7, "aa" }
  harness.player(host, body)(tape)
  corpus:add(tape, 1)
  local seen = {}
  for seed = 1, 40 do
    local mutated = corpus:mutated(randomness.new(seed), seed)
    if mutated then harness.player(host, body)(mutated) end
    if mutated and mutated.values[1] == 7 then seen[mutated.values[2]] = true end
  end
  for _, text in ipairs { "ba", "ca", "ab", "ac" } do assert(seen[text], text) end
end)

test("a long string leaves trials for those before it", function()
  local host = harness.load()
  local tapes = host.prelude.tape
  local function body(g)
    g:bytes { min = 1, max = 1, from = "a-z" }
    g:bytes { min = 80, max = 80, from = "a-z" }
  end
  local corpus = host.prelude.corpus.open(false)
  local long = ("b"):rep(80)
  local tape = tapes.replay { "a", long }
  harness.player(host, body)(tape)
  corpus:add(tape, 1)
  local always = { chance = function() return true end }
  local seen = {}
  for seed = 1, 512 + 26 do
    local trial = corpus:mutated(always, seed)
    harness.player(host, body)(trial)
    if trial.values[2] == long then seen[#seen + 1] = trial.values[1] end
  end
  same(table.concat(seen):sub(-26), "abcdefghijklmnopqrstuvwxyz")
end)

test("a string of any bytes is tried as far as the trials go, in turn with others", function()
  local host = harness.load()
  local tapes = host.prelude.tape
  local function body(g)
    g:bytes { min = 4, max = 4 }
    g:bytes { min = 80, max = 80 }
  end
  local corpus = host.prelude.corpus.open(false)
  local key, long = "aaaa", ("b"):rep(80)
  local tape = tapes.replay { key, long }
  harness.player(host, body)(tape)
  corpus:add(tape, 1)
  local always, seen = { chance = function() return true end }, {}
  for seed = 1, 2000 do
    local trial = corpus:mutated(always, seed)
    harness.player(host, body)(trial)
    seen[trial.values[1]], seen[trial.values[2]] = true, true
  end
  for _, text in ipairs { "aaza", "bbb\0" .. ("b"):rep(76) } do assert(seen[text], text) end
end)

test("files of a merged corpus that are no tapes are told", function()
  local host = harness.load()
  local directory, told = harness.directory(host), ""
  function host.complain(text) told = told .. text end
  host.makeDirectories(directory)
  io.open(directory .. "/a.tape", "w"):write("nonsense"):close()
  local tapes = host.prelude.merging.tapes { directory }
  os.execute(("rm -r '%s'"):format(directory))
  same(tapes, {})
  assert(told:find("the corpus has 1 file that is no tape: ", 1, true), told)
  assert(told:find(directory, 1, true), told)
end)
