-- How a campaign goes, for people on a terminal, for logs, and for programs.

local host = ...
local prelude = host.prelude
local quantities, writing = prelude.quantities, prelude.jsonwriting

local now = host.localsocket.now

local progress = {}

---@class Progress
---@field package world World
---@field package begin number
---@field package restarts integer  of the target before the campaign
---@field package waited number  milliseconds that were spent on that
---@field package earlier integer  cases of the campaign that this one goes on with
---@field package lastLine number
---@field package lastTold number
---@field package lastRuns integer
---@field package known integer  how much had been seen when that was looked at last
---@field package lastNew number  when it had become more
local Progress = {}
Progress.__index = Progress

---Milliseconds between two events, and between two words to the process that shows them.
local LINES, TOLD = 10000, 400

---How many labels are shown.
local SHOWN = 16

---@param world World
---@return Progress
function progress.new(world)
  local time, servers = now(), prelude.servers
  return setmetatable({
    world = world, begin = time, lastLine = time, lastTold = time, earlier = world.counts.runs,
    lastRuns = world.counts.runs, restarts = servers.restarts, waited = servers.waited, known = 0,
    lastNew = time,
  }, Progress)
end

local function grouped(number)
  local text = ("%.0f"):format(number)
  return (text:reverse():gsub("(%d%d%d)", "%1,"):reverse():gsub("^,", ""))
end

---Why it is not faster.
local function slowness(self)
  local elapsed = math.max(1, now() - self.begin)
  local function share(milliseconds, of)
    local part = math.min(1, milliseconds / elapsed)
    return part > 0.2 and ("%.0f %% of the time goes to %s"):format(part * 100, of)
  end
  local world = self.world
  return share(world.looking, "looking into failures")
    or share(prelude.servers.waited - self.waited, "starting the target")
    or world.counts.waiting > world.counts.runs * 0.2 and "the target often waits for more" or nil
end

---Cases a second so far.
local function rate(self)
  return (self.world.counts.runs - self.earlier) / math.max(0.001, (now() - self.begin) / 1000)
end

local function restarts(self) return prelude.servers.restarts - self.restarts end

---In how many of the cases each label was passed, the most common first.
---@return { [1]: string, [2]: integer }[]
local function labels(self)
  local list = {}
  for name, count in pairs(self.world.labels) do list[#list + 1] = { name, count } end
  table.sort(list, function(left, right)
    return left[2] > right[2] or left[2] == right[2] and left[1] < right[1]
  end)
  return list
end

---What the campaign has come to: a line, and one for labels where there are any.
---@return string
function Progress:text()
  local world = self.world
  local counts = world.counts
  local parts = {
    ("%s: %s %s"):format(world.definition.name, grouped(counts.runs), counts.runs == 1 and "case" or "cases"),
    ("%s/s"):format(grouped(rate(self))),
    ("%s %s"):format(grouped(world.feedback:known()), world.feedback.map and "edges" or "kinds of replies"),
    ("corpus %d"):format(#world.corpus.entries),
    ("%d found"):format(world.foundCount),
    quantities.count(restarts(self), "restart"),
  }
  if counts.rejected > 0 then
    parts[#parts + 1] = ("%d %% rejected"):format(100 * counts.rejected // math.max(1, counts.runs))
  end
  if world.stability then parts[#parts + 1] = ("stability %d %%"):format(world.stability) end
  parts[#parts + 1] = slowness(self)
  local shares = {}
  for index, label in ipairs(labels(self)) do
    if index > SHOWN then break end
    shares[index] = ("%s %.3g %%"):format(label[1], 100 * label[2] / math.max(1, counts.runs - self.earlier))
  end
  return table.concat(parts, ", ")
    .. (#shares > 0 and "\n  of the cases: " .. table.concat(shares, ", ") or "")
end

---@param name string
---@param fields? table
function Progress:event(name, fields)
  if not host.setting("writesJSON") then return end
  local world = self.world
  local event = {
    event = name, block = world.definition.name, seconds = (now() - self.begin) / 1000,
    runs = world.counts.runs, findings = world.foundCount, known = world.feedback:known(),
    corpus = #world.corpus.entries, restarts = restarts(self),
    labels = next(world.labels) and world.labels,
  }
  for key, value in pairs(fields or {}) do event[key] = value end
  host.say(writing.text(event) .. "\n")
end

---What is done beside playing cases.
local function activity(world)
  local unfinished = world.unfinished
  return unfinished and ("looking into %s, %s"):format(
    unfinished.signature, quantities.count(world.replays, "replay")) or ""
end

---As much of a text as a worker tells.
local function short(text) return (text:sub(1, 100):gsub("%c", " ")) end

---Tells the process that shows it.
---@param isEnd? boolean  what counts is the whole
local function tell(self, time, isEnd)
  local world = self.world
  local known = world.feedback:known()
  if known > self.known then self.known, self.lastNew = known, time end
  local seconds = math.max(0.001, (time - self.lastTold) / 1000)
  local current = isEnd and rate(self) or (world.counts.runs - self.lastRuns) / seconds
  self.lastTold, self.lastRuns = time, world.counts.runs
  local lines = {
    "block " .. short(world.definition.name), "runs " .. world.counts.runs, ("rate %.1f"):format(current),
    "known " .. known, "corpus " .. #world.corpus.entries,
    "findings " .. world.foundCount, "restarts " .. restarts(self),
    "rejected " .. world.counts.rejected, "earlier " .. self.earlier,
    "measure " .. (world.feedback.map and "edges" or "kinds of replies"),
    "slow " .. (slowness(self) or ""), "activity " .. short(activity(world)),
    ("new %d"):format((time - self.lastNew) // 1000),
  }
  if world.stability then lines[#lines + 1] = "stability " .. world.stability end
  for index, label in ipairs(labels(self)) do
    if index > SHOWN then break end
    lines[#lines + 1] = ("label %d %s"):format(label[2], short(label[1]))
  end
  host.tell(table.concat(lines, "\n") .. "\n")
end

---Shows how it goes, where it is time.
---@param isEnd? boolean
function Progress:tick(isEnd)
  local time = now()
  if host.setting("isMember") and (isEnd or time - self.lastTold >= TOLD) then tell(self, time, isEnd) end
  local isDue = time - self.lastLine >= LINES
  if isDue then
    self.lastLine = time
    self:event("progress")
  end
  local aflstats = self.world.aflstats
  if aflstats and (isDue or isEnd) then aflstats:write(rate(self)) end
end

return progress
