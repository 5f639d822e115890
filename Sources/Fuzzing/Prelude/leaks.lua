-- Memory and descriptors that a target does not give back: noticed by their growth over many cases,
-- and pinned on one case by playing that again and again.

local host = ...
local prelude = host.prelude
local cases, histories, servers = prelude.cases, prelude.histories, prelude.servers
local shrinking, tapes, verdicts = prelude.shrinking, prelude.tape, prelude.verdicts

local leaks = {}

---Cases between two measurements of a campaign.
leaks.INTERVAL = 256
---How often a case is played to warm the target up, and then to measure it, twice.
local WARM, ROUND = 60, 120
---How many of the last cases are suspected.
local SUSPECTS = 48

---@class Growth
---@field descriptors integer
---@field bytes integer

local function measured(server)
  prelude.patience.settle(server, 200)
  return {
    descriptors = server.process.native:descriptors() or 0, bytes = host.residentBytes(server.pid),
  }
end

local function threshold()
  return servers.options.memoryGrowth or 2048
end

---What grows by so much a conversation; nil for nothing.
---@return "descriptor"|"memory"|nil
local function growing(earlier, later, conversations)
  if later.descriptors - earlier.descriptors >= conversations * 0.5 then return "descriptor" end
  if later.bytes - earlier.bytes >= conversations * threshold() then return "memory" end
end

---Looks whether the target has grown since the last time; three times in a row are suspicious.
---@param world World
---@param server Server
---@return boolean
function leaks.isSuspected(world, server)
  local measure = measured(server)
  local before = server.measure
  server.measure = measure
  if not before then return false end
  local share = leaks.INTERVAL * 0.1
  local grows = measure.descriptors - before.descriptors >= share
    or measure.bytes - before.bytes >= share * threshold()
  server.growth = grows and (server.growth or 0) + 1 or 0
  return server.growth >= 3 and not world.isCleared
end

local function playMany(world, tape, server, count)
  for _ = 1, count do
    local case = cases.new(world.definition, tapes.replay(tape), server)
    world.begin()
    local fine, problem = cases.play(world.definition, case, world.t)
    if verdicts.of(case, fine, problem).outcome == "failed" or world.isLate() then return false end
  end
  return true
end

---What a single case leaks.
---@return string? kind
---@return Playback
local function leakOf(world, values)
  -- Freed memory that a sanitizer keeps for a while looks like a leak.
  servers.isLean = true
  local playback = histories.play(world, values, { traced = true, settles = true })
  servers.isLean = false
  if playback.verdict.outcome == "failed" or #playback.cases ~= 1 then return nil, playback end
  local server, tape = servers.current(), histories.split(playback)[1]
  if not playMany(world, tape, server, WARM) then return nil, playback end
  local first = measured(server)
  if not playMany(world, tape, server, ROUND) then return nil, playback end
  local second = measured(server)
  local kind = growing(first, second, ROUND)
  if not kind or not playMany(world, tape, server, ROUND) then return nil, playback end
  if growing(second, measured(server), ROUND) ~= kind then return nil, playback end
  return kind, playback
end

local names = { descriptor = "descriptors", memory = "memory" }

local function verdictOf(kind, case)
  local request = case.lastSent:match("^%W*([%a_]+)") or ""
  return {
    outcome = "failed", kind = kind .. " leak", signature = kind .. " leak after " .. request,
    message = ("the target does not give its %s back, conversation after conversation"):format(names[kind]),
  }
end

local function confirmed(world, kind, playback)
  local best = playback
  local function play(values)
    local found, other = leakOf(world, values)
    if found == kind and shrinking.compare(other.tape, best.tape) < 0 then best = other end
    return found == kind, other.tape
  end
  local deadline = host.localsocket.now() + world.shrinkTime
  local _, shrinker = shrinking.shrink(playback.tape, play, {
    patience = 60, isOver = function() return host.localsocket.now() > deadline or world.isLate() end,
  })
  local verdict = verdictOf(kind, best.cases[1])
  best.verdict = verdict
  return {
    verdict = verdict, playback = best, failures = 1, trials = 1, conversations = 1,
    runs = shrinker.runs, free = {}, values = best.tape.values, leak = kind,
  }
end

---Finds the case that leaks, among the last ones.
---@param world World
---@param history any[][]
---@param keep fun(verdict: Verdict, tapes: any[][])  what was seen, before it is made smaller
---@return Finding?
function leaks.find(world, history, keep)
  for index = #history, math.max(1, #history - SUSPECTS + 1), -1 do
    local kind, playback = leakOf(world, histories.join { history[index] })
    if kind then
      keep(verdictOf(kind, playback.cases[1]), { history[index] })
      return confirmed(world, kind, playback)
    end
    if world.isLate() then return nil end
  end
end

return leaks
