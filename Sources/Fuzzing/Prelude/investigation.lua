-- From a case that failed to a finding: which conversations it takes, how often it fails, and the
-- smallest form of it.

local host = ...
local prelude = host.prelude
local now = host.localsocket.now
local histories, servers, shrinking = prelude.histories, prelude.servers, prelude.shrinking

local investigation = {}

---How often a failure must come back at once to count as certain.
local CONFIRMATIONS = 3
---How often a flaky one is tried.
local TRIALS = 10

local SETTLING = { settles = true }
---A hang has to last longer than the one that was noticed, but not each time that it is played.
local PATIENT, HASTY = { settles = true, factor = 3 }, { settles = true, wait = 100 }

local slow = { spin = true, deadlock = true, ["no answer"] = true, timeout = true }

local function givenFor(verdict)
  return slow[verdict.kind] and PATIENT or SETTLING
end

---Plays it so many times, or fewer where there is no time for that, but at least once.
local function playsAgain(world, values, given, times, signature)
  local failures, trials, last = 0, 0, nil
  while trials == 0 or trials < times and not world.isLate() do
    trials = trials + 1
    local playback = histories.play(world, values, given)
    if playback.verdict.outcome == "failed" and
      (not signature or playback.verdict.signature == signature) then
      failures, last = failures + 1, playback
      signature = signature or playback.verdict.signature
    end
  end
  return failures, trials, last
end

---The shortest history, in powers of two, with which it fails.
local function lookBack(world, history, given)
  local count, oldest = 1, math.max(1, #history - histories.LIMIT + 1)
  while true do
    local first = math.max(oldest, #history - count + 1)
    local values = histories.join(table.move(history, first, #history, 1, {}))
    local playback = histories.play(world, values, given, world.isLate)
    if playback.verdict.outcome == "failed" then return playback end
    if count == 1 then
      -- One that depends on chance should not be looked for in what came before.
      local failures, _, again = playsAgain(world, values, given, CONFIRMATIONS - 1)
      if failures > 0 then return again end
    end
    if first == oldest or world.isLate() then return nil end
    count = count * 2
  end
end

---Plays it for people: with what was said, and with the names of functions.
local function displayed(world, playback, given)
  local traced = { traced = true, settles = true, factor = given.factor }
  for _ = 1, CONFIRMATIONS do
    servers.isNaming = playback.verdict.kind == "crash"
    local shown = histories.play(world, playback.tape.values, traced)
    servers.isNaming = false
    if shown.verdict.outcome == "failed" then return shown end
    if world.isLate() then break end
  end
  return playback
end

---The signature by names, where it is one by places.
local function named(world, playback, given)
  if playback.verdict.kind ~= "crash" then return playback.verdict.signature end
  return displayed(world, playback, given).verdict.signature
end

---@class Finding
---@field verdict Verdict
---@field playback Playback|false  the last one that failed; false if it never did again
---@field failures integer  of so many trials
---@field trials integer
---@field conversations integer  how many it takes
---@field runs integer  that making it smaller took
---@field duration? number  milliseconds that it took
---@field free table<integer, boolean>  choices that may have any value

local function flaky(world, verdict, history, given)
  local values = histories.join { history[#history] }
  local failures, trials, playback = playsAgain(world, values, given, TRIALS)
  return {
    verdict = playback and playback.verdict or verdict, playback = playback or false,
    failures = failures, trials = trials, conversations = 1, runs = 0, free = {}, values = values,
  }
end

local function reduce(world, playback, given)
  local signature = playback.verdict.signature
  local best = playback
  local function play(values)
    local other = histories.play(world, values, given, world.isLate)
    local fails = other.verdict.outcome == "failed" and other.verdict.signature == signature
    return fails, other.tape, other
  end
  local begin = now()
  local deadline = begin + world.shrinkTime
  local _, shrinker = shrinking.shrink(playback.tape, function(values)
    local fails, tape, other = play(values)
    if fails and shrinking.compare(tape, best.tape) < 0 then best = other end
    return fails, tape
  end, { isOver = function() return now() > deadline or world.isLate() end })
  return best, shrinker, play, now() - begin
end

---Finds out what a failure takes.
---@param world World
---@param verdict Verdict  of the case that was played last
---@param history any[][]  the tapes since the server's start, the failing one last
---@return Finding
function investigation.of(world, verdict, history)
  local given = givenFor(verdict)
  if not servers.canRestart() then history = { history[#history] } end
  local playback = lookBack(world, history, given)
  if not playback then return flaky(world, verdict, history, given) end
  local signature = playback.verdict.signature
  local title = named(world, playback, given)
  if world.known[signature] or world.known[title] then
    return { verdict = playback.verdict, signature = world.known[title] and title or signature }
  end
  local isSlow = slow[playback.verdict.kind]
  local best, shrinker, play, duration = reduce(world, playback, isSlow and HASTY or given)
  local failures, trials = playsAgain(world, best.tape.values, given,
    isSlow and CONFIRMATIONS or TRIALS, best.verdict.signature)
  local free = failures == trials
    and shrinking.explain(best.tape, play, isSlow and 1, world.isLate) or {}
  local shown = displayed(world, best, given)
  return {
    verdict = shown.verdict, playback = shown, failures = failures, trials = trials,
    conversations = #shown.cases, runs = shrinker.runs, duration = duration, free = free, values = shown.tape.values,
    signature = isSlow and signature or shown.verdict.signature, key = best.verdict.signature,
  }
end

return investigation
