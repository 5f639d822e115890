-- What tools for AFL read of a campaign.
local test, harness = ...
local same = harness.same

local settings = { keepsState = true, shard = 1, resumes = false, version = "1.2.3", script = "a.lua" }

---The statistics of a campaign in a directory of its own.
local function begin(changes)
  local host = harness.load()
  local output = changes and changes.output or os.tmpname()
  if not (changes and changes.output) then os.remove(output) end
  function host.makeDirectories(path) os.execute(("mkdir -p '%s'"):format(path)) end
  function host.setting(name)
    if changes and changes[name] ~= nil then return changes[name] end
    return settings[name]
  end
  local world = {
    definition = { name = "two words" }, output = output, counts = { runs = 4000 }, foundCount = 0,
    corpus = { entries = { {}, {} } }, stability = 97,
    feedback = { count = 655, known = function(self) return self.count end },
  }
  return host.prelude.aflstats.open(world), world, output, host.prelude.store
end

local function field(text, name)
  return ("\n" .. text):match("\n" .. name .. " *: ([^\n]*)")
end

test("the figures of a worker lie in a directory of its own", function()
  local stats, _, output, store = begin()
  stats:write(200)
  local text = store.read(output .. "/two-words.2/fuzzer_stats")
  same({ field(text, "execs_done"), field(text, "execs_per_sec"), field(text, "edges_found") },
    { "4000", "200.00", "655" })
  same({ field(text, "bitmap_cvg"), field(text, "stability"), field(text, "afl_banner") },
    { "1.00%", "97.00%", "two words" })
  os.execute("rm -r " .. output)
end)

test("each look adds a row to the plot", function()
  local stats, world, output, store = begin()
  stats:write(200)
  world.foundCount, world.counts.runs = 1, 5000
  stats:write(100)
  local _, rows = store.read(output .. "/two-words.2/plot_data"):gsub("[^\n]+", "")
  same(rows, 3)
  local text = store.read(output .. "/two-words.2/fuzzer_stats")
  same({ field(text, "saved_crashes"), field(text, "last_crash") ~= "0" }, { "1", true })
  os.execute("rm -r " .. output)
end)

test("a campaign that is resumed goes on with its plot", function()
  local stats, _, output, store = begin()
  stats:write(200)
  local again = begin({ resumes = true, output = output })
  again:write(100)
  local _, rows = store.read(output .. "/two-words.2/plot_data"):gsub("[^\n]+", "")
  same(rows, 3)
  os.execute("rm -r " .. output)
end)

test("a campaign that keeps no files writes none", function()
  same(begin({ keepsState = false }), false)
end)
