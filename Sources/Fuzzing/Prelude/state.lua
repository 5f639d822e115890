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

local function refuse(format, ...)
  failure.raise { kind = "environment", message = format:format(...) }
end

---Cases are dealt out by the number of parts: with another one some would be played twice, and some
---never.
---@param output string
---@param name string  of the block's files
---@param parts integer
---@param resumes boolean
function state.checkParts(output, name, parts, resumes)
  for _, file in ipairs(host.fileNames(output) or {}) do
    local isOurs = file:sub(1, #name) == name and file:sub(#name + 1):find("^%.?%d*%.state%.json$")
    local about = isOurs and store.readJSON(output .. "/" .. file)
    if about and about.shards ~= parts then
      if not resumes then refuse("%s holds a campaign; --resume goes on with it", output) end
      refuse("the campaign in %s shares its cases among %d, not among %d: resume it with the -j and "
        .. "--shard that it began with", output, about.shards, parts)
    end
  end
end

---@param world World
---@return State
function state.open(world)
  local self = setmetatable({
    path = false, reserved = 0, rate = 100, since = now(), from = 0, start = 0, world = world,
  }, State)
  if not host.setting("keepsState") then return self end
  local name, parts = store.slug(world.definition.name), host.setting("shardCount")
  host.makeDirectories(world.output)
  state.checkParts(world.output, name, parts, host.setting("resumes"))
  if parts > 1 then name = ("%s.%d"):format(name, host.setting("shard") + 1) end
  self.path = ("%s/%s.state.json"):format(world.output, name)
  if host.setting("resumes") then
    self.start = resumed(world, self.path)
  elseif store.read(self.path) then
    refuse("%s holds a campaign; --resume goes on with it", world.output)
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

return state
