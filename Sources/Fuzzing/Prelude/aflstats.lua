-- How a campaign goes, in the files of AFL: `fuzzer_stats` and `plot_data` in a directory for each
-- worker, which `afl-whatsup OUTPUT` and `afl-plot OUTPUT/BLOCK.N` read.

local host = ...
local prelude = host.prelude
local store = prelude.store

local setting, time = host.setting, os.time

local aflstats = {}

---@class AFLStats
---@field package world World
---@field package directory string
---@field package begin integer  seconds, as those that follow
---@field package lastFind integer  0 before the first
---@field package lastCrash integer
---@field package known integer  what had been found out when that was looked at last
---@field package found integer
local AFLStats = {}
AFLStats.__index = AFLStats

---How many kinds of edges AFL's map tells apart.
local MAP_SIZE = 65536

---@param world World
---@return AFLStats|false  false where a campaign keeps no files
function aflstats.open(world)
  if not setting("keepsState") then return false end
  local name = store.slug(world.definition.name)
  local self = setmetatable({
    world = world, directory = ("%s/%s.%d"):format(world.output, name, setting("shard") + 1),
    begin = time(), lastFind = 0, lastCrash = 0, known = 0, found = 0,
  }, AFLStats)
  host.makeDirectories(self.directory)
  if not setting("resumes") or not store.read(self.directory .. "/plot_data") then
    store.write(self.directory .. "/plot_data", "# relative_time, cycles_done, cur_item, "
      .. "corpus_count, pending_total, pending_favs, map_size, saved_crashes, saved_hangs, max_depth, "
      .. "execs_per_sec, total_execs, edges_found\n")
  end
  return self
end

---Notes when something new was found last.
local function look(self, now)
  local known, found = self.world.feedback:known(), self.world.foundCount
  if known > self.known then self.lastFind = now end
  if found > self.found then self.lastCrash = now end
  self.known, self.found = known, found
end

---The lines of `fuzzer_stats`. Nothing waits here as in AFL's queue, so that nothing is pending.
local function lines(self, now, rate)
  local world = self.world
  local list = {
    { "start_time", self.begin }, { "last_update", now }, { "run_time", now - self.begin },
    { "fuzzer_pid", host.ownNumber() }, { "cycles_done", 0 }, { "execs_done", world.counts.runs },
    { "execs_per_sec", ("%.2f"):format(rate) }, { "corpus_count", math.max(1, #world.corpus.entries) },
    { "cur_item", 0 }, { "pending_favs", 0 }, { "pending_total", 0 }, { "max_depth", 1 },
    { "stability", ("%d.00%%"):format(world.stability or 100) },
    { "bitmap_cvg", ("%.2f%%"):format(100 * self.known / MAP_SIZE) },
    { "saved_crashes", self.found }, { "saved_hangs", 0 }, { "last_find", self.lastFind },
    { "last_crash", self.lastCrash }, { "last_hang", 0 }, { "exec_timeout", 0 },
    { "edges_found", self.known }, { "afl_banner", world.definition.name:gsub("[\"$`\\\n]", "_") },
    { "afl_version", "parley " .. setting("version") }, { "target_mode", "default" },
    { "command_line", "parley fuzz " .. setting("script") },
  }
  for index, entry in ipairs(list) do
    list[index] = ("%-18s: %s"):format(entry[1], tostring(entry[2]))
  end
  return list
end

---Writes how it goes now.
---@param rate number  cases a second so far
function AFLStats:write(rate)
  local now = time()
  look(self, now)
  store.write(self.directory .. "/fuzzer_stats", table.concat(lines(self, now, rate), "\n") .. "\n")
  local plot <close> = io.open(self.directory .. "/plot_data", "a")
  if not plot then return end
  plot:write(("%d, 0, 0, %d, 0, 0, %.2f%%, %d, 0, 1, %.2f, %d, %d\n"):format(now - self.begin,
    #self.world.corpus.entries, 100 * self.known / MAP_SIZE, self.found, rate,
    self.world.counts.runs, self.known))
end

return aflstats
