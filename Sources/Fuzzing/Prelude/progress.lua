-- How a campaign goes, for people on a terminal, for logs, and for programs.

local host = ...
local prelude = host.prelude
local writing = prelude.jsonwriting

local now = host.localsocket.now

local progress = {}

---@class Progress
---@field package world World
---@field package begin number
---@field package lastLine number
---@field package lastTold number
---@field package lastRuns integer
local Progress = {}
Progress.__index = Progress

---Milliseconds between two events, and between two words to the process that shows them.
local LINES, TOLD = 10000, 400

---@param world World
---@return Progress
function progress.new(world)
  local time = now()
  return setmetatable({
    world = world, begin = time, lastLine = time, lastTold = time, lastRuns = 0,
  }, Progress)
end

local function grouped(number)
  local text = ("%.0f"):format(number)
  return (text:reverse():gsub("(%d%d%d)", "%1,"):reverse():gsub("^,", ""))
end

---Why it is not faster.
local function slowness(self)
  local elapsed = math.max(1, now() - self.begin)
  local waiting = prelude.servers.waited / elapsed
  if waiting > 0.2 then return ("%.0f %% of the time goes to starting the target"):format(waiting * 100) end
  local world = self.world
  if world.counts.waiting > world.counts.runs * 0.2 then return "the target often waits for more" end
end

---Cases a second so far.
local function rate(self)
  return self.world.counts.runs / math.max(0.001, (now() - self.begin) / 1000)
end

---@return string
function Progress:text()
  local world = self.world
  local counts = world.counts
  local parts = {
    ("%s: %s cases"):format(world.definition.name, grouped(counts.runs)),
    ("%s/s"):format(grouped(rate(self))),
    ("%s %s"):format(grouped(world.feedback:known()), world.feedback.map and "edges" or "kinds of replies"),
    ("corpus %d"):format(#world.corpus.entries),
    ("%d found"):format(world.foundCount),
    ("%d restarts"):format(math.max(0, prelude.servers.restarts - 1)),
  }
  if counts.rejected > 0 then
    parts[#parts + 1] = ("%d %% rejected"):format(100 * counts.rejected // math.max(1, counts.runs))
  end
  if world.stability then parts[#parts + 1] = ("stability %d %%"):format(world.stability) end
  parts[#parts + 1] = slowness(self)
  return table.concat(parts, ", ")
end

---@param name string
---@param fields? table
function Progress:event(name, fields)
  if not host.setting("writesJSON") then return end
  local world = self.world
  local event = {
    event = name, block = world.definition.name, seconds = (now() - self.begin) / 1000,
    runs = world.counts.runs, findings = world.foundCount, known = world.feedback:known(),
    corpus = #world.corpus.entries, restarts = prelude.servers.restarts,
  }
  for key, value in pairs(fields or {}) do event[key] = value end
  host.say(writing.text(event) .. "\n")
end

---Tells the process that shows it.
local function tell(self, time)
  local world = self.world
  local seconds = math.max(0.001, (time - self.lastTold) / 1000)
  local rate = (world.counts.runs - self.lastRuns) / seconds
  self.lastTold, self.lastRuns = time, world.counts.runs
  local lines = {
    "block " .. world.definition.name, "runs " .. world.counts.runs, ("rate %.1f"):format(rate),
    "known " .. world.feedback:known(), "corpus " .. #world.corpus.entries,
    "findings " .. world.foundCount, "restarts " .. math.max(0, prelude.servers.restarts - 1),
    "rejected " .. world.counts.rejected,
    "measure " .. (world.feedback.map and "edges" or "kinds of replies"),
    "slow " .. (slowness(self) or ""),
  }
  prelude.store.write(host.setting("statusFile"), table.concat(lines, "\n") .. "\n")
end

---Shows how it goes, where it is time.
---@param isEnd? boolean
function Progress:tick(isEnd)
  local time = now()
  if host.setting("statusFile") and (isEnd or time - self.lastTold >= TOLD) then tell(self, time) end
  local isDue = time - self.lastLine >= LINES
  if isDue then
    self.lastLine = time
    self:event("progress")
  end
  local aflstats = self.world.aflstats
  if aflstats and (isDue or isEnd) then aflstats:write(rate(self)) end
end

return progress
