-- How far a campaign is, in a file that survives anything.
--
-- Cases are reserved some seconds ahead: after the end by force those that were reserved count as
-- played, so that none is played twice.

local host = ...
local prelude = host.prelude
local failure, store = prelude.failure, prelude.store

local now = host.localsocket.now

local state = {}

---@class State
---@field package path string|false
---@field package about table
---@field package reserved integer  the first index that is not reserved
---@field package rate number  indices a second
---@field package since number
---@field package from integer
local State = {}
State.__index = State

---Seconds of cases that are reserved at once.
local AHEAD = 3

local function lock(path)
  local text = store.read(path)
  local owner = text and math.tointeger(tonumber(text) or -1)
  if owner and owner > 0 and owner ~= host.ownNumber() and host.isAlive(owner) then
    failure.raise {
      kind = "environment",
      message = ("another campaign uses the output directory (process %d, %s)"):format(owner, path),
    }
  end
  store.write(path, tostring(host.ownNumber()) .. "\n")
end

local function fingerprint()
  local source = store.read(host.setting("script")) or ""
  return ("%016x"):format(prelude.randomness.seedOfText(#source, source))
end

local function resumed(world, path)
  local about = store.readJSON(path)
  if not about then
    failure.raise {
      kind = "environment", message = "there is no campaign to resume: cannot read " .. path,
    }
  end
  if about.script ~= fingerprint() then
    host.complain("the script has changed since; its tapes are played to the new one")
  end
  world.seed = about.seed
  world.counts.runs = about.runs or 0
  return about.next or 0
end

---@param world World
---@return State
function state.open(world)
  local self = setmetatable({
    path = false, reserved = 0, rate = 100, since = now(), from = 0, start = 0, world = world,
  }, State)
  if not host.setting("keepsState") then return self end
  local name = ("%s/%s"):format(world.output, store.slug(world.definition.name))
  if host.setting("shardCount") > 1 then name = ("%s.%d"):format(name, host.setting("shard") + 1) end
  host.makeDirectories(world.output)
  self.lockPath = name .. ".lock"
  lock(self.lockPath)
  self.path = name .. ".state.json"
  if host.setting("resumes") then
    self.start = resumed(world, self.path)
  elseif store.read(self.path) then
    failure.raise {
      kind = "environment",
      message = ("%s holds a campaign; --resume goes on with it"):format(world.output),
    }
  end
  self.reserved, self.from = self.start, self.start
  return self
end

local function save(self, nextIndex)
  if not self.path then return end
  store.writeJSON(self.path, {
    seed = self.world.seed, script = fingerprint(), next = nextIndex, runs = self.world.counts.runs,
    findings = self.world.foundCount, version = host.setting("version"),
    shard = host.setting("shard") + 1, shards = host.setting("shardCount"),
    block = self.world.definition.name,
  })
end

---The first index to play.
---@return integer
function State:first() return self.start end

---Makes sure that an index is reserved.
---@param index integer
function State:reserve(index)
  if index < self.reserved then return end
  local elapsed = math.max(0.05, (now() - self.since) / 1000)
  self.rate = math.max(1, (index - self.from) / elapsed)
  self.reserved = index + math.max(1, math.min(1000000, self.rate * AHEAD // 1)) // 1
  self.reserved = math.tointeger(self.reserved)
  save(self, self.reserved)
end

---Everything before an index was played.
---@param index integer
function State:finish(index)
  self.isFinished = true
  save(self, index)
end

---Lets others have the directory.
function State:close()
  if self.lockPath then os.remove(self.lockPath) end
  self.lockPath = nil
end

return state
