-- A campaign: cases of one block, one after the other, until something says that it is enough.

local host = ...
local prelude = host.prelude
local cases, corpora, failure = prelude.cases, prelude.corpus, prelude.failure
local feedbacks, findings, harvest = prelude.feedback, prelude.findings, prelude.harvest
local histories, journal, leaks = prelude.histories, prelude.journal, prelude.leaks
local progress, servers, store = prelude.progress, prelude.servers, prelude.store
local tapes, trial = prelude.tape, prelude.trial

local now = host.localsocket.now
local setting = host.setting

local campaign = {}

---@class World  what the cases of a campaign are played in
---@field definition Definition
---@field t CaseScenario
---@field seed integer
---@field feedback Feedback
---@field corpus Corpus
---@field known table<string, integer>  how often each failure was seen, by its signature
---@field stale table<string, string>  the directories of what was saved and has not failed again, by signature
---@field foundCount integer
---@field labels table<string, integer>  in how many cases each was passed
---@field looking number  milliseconds that were spent on looking into failures
---@field unfinished table|false  what is saved and being looked into
---@field counts { runs: integer, rejected: integer, waiting: integer, endless: integer }
---@field replays integer
---@field shrinkTime number  milliseconds for making one finding smaller
---@field deadline number  when the campaign's time is over
---@field hasDeadline boolean  it ever is
---@field isLate fun(): boolean  whether also what was found shall not take longer
---@field begin fun()  called before each case
---@field aflstats AFLStats|false|nil  none before the first case

---Before each case: how long the guard against endless generators is set, and how often it is renewed, in milliseconds.
---@param look fun()  is called as often
local function guard(definition, look)
  local armed = -math.huge
  return function(anew)
    local time = now()
    if not anew and time - armed < 1000 then return end
    armed = time
    host.guardTime(math.tointeger(definition.time // 1) + 1000)
    look()
  end
end

-- What comes of a case

local function countLabels(world, labels)
  for name in pairs(labels) do world.labels[name] = (world.labels[name] or 0) + 1 end
end

local function take(world, verdict, case, number)
  local counts, outcome = world.counts, verdict.outcome
  if not servers.current() then world.lonely[1] = case.tape.values end
  counts.runs = counts.runs + 1
  local labels = case.g.labels
  if labels then countLabels(world, labels) end
  if outcome == "failed" then
    findings.take(world, verdict, number)
  elseif outcome == "endless" then
    counts.endless = counts.endless + 1
    world.begin(true)
    if counts.endless == 3 then
      failure.raise {
        kind = "environment", message = ("the generator does not come to an end: %s"):format(verdict.message),
      }
    end
  elseif outcome == "rejected" then
    counts.rejected = counts.rejected + 1
  else
    if outcome == "waiting" then counts.waiting = counts.waiting + 1 end
    if case.received > 0 then counts.answered = counts.answered + 1 end
    if not world.isBlind then harvest.keep(world, case) end
  end
end

-- The whole

local function absorb(kind, message, line)
  if kind == "interrupted" or kind == "internalError" or kind == "memory" then return false end
  local case = journal.case
  -- A server of the script's own sees its clients come and go.
  if kind == "closed" or case and case.absorbed then return true end
  if not case then return false end
  local _, problem = pcall(failure.raise, { kind = "assertion", message = message })
  problem.line = line
  case.absorbed = { problem }
  return true
end

---Milliseconds for what was found in the end of a campaign's time.
local GRACE = 3000

local function prepare(definition, t)
  local deadline = now() + (setting("seconds") or math.huge) * 1000
  local function isLate() return now() > deadline + GRACE end
  local world = {
    definition = definition, t = cases.scenario(t), seed = setting("seed"), isBlind = setting("isBlind"),
    stopsAtFinding = setting("stopsAtFinding"), deadline = deadline, hasDeadline = deadline < math.huge, isLate = isLate,
    known = {}, aliases = {}, stale = {}, foundCount = 0, unfinished = false, replays = 0, shrinkTime = 60000,
    looking = 0, noisy = 0, labels = {}, progress = false,
    counts = { runs = 0, rejected = 0, waiting = 0, endless = 0, answered = 0 }, lonely = {},
    output = setting("output"), stability = false, map = nil,
  }
  world.begin = guard(definition, function()
    if world.progress then world.progress:tick() end
  end)
  host.absorb(absorb)
  prelude.luarandom.install()
  prelude.instruments.attach(world)
  servers.open(t)
  prelude.instruments.check(world)
  world.feedback = feedbacks.new(world.map or false)
  -- Where the target counts what it passes, the kinds of replies add nothing but noise.
  world.given = {
    feedback = not world.isBlind and not world.map and world.feedback, settles = world.map ~= nil,
  }
  local found, broken
  local isKept = setting("keepsState") or setting("shardCount") > 1
  world.corpus, found, broken = corpora.open(setting("corpus") or isKept
    and ("%s/%s.corpus"):format(world.output, store.slug(definition.name)) or false)
  corpora.complain(broken, world.corpus.directory)
  world.seeds, world.lastShared = found, now()
  return world
end

---Takes what was saved for known, so that it is not looked into once more.
local function learnSaved(world)
  local known = world.known
  for _, finding in ipairs(store.saved(world.output, world.definition.name)) do
    local signature, key = finding.signature, finding.about.key
    if not world.stale[signature] then
      known[signature] = known[signature] or 0
      if key then known[key] = known[key] or 0 end
    end
  end
end

---Plays what was found before; what fails still is found again. One of many workers does that for all.
local function playSaved(world)
  if not setting("speaksForAll") then return learnSaved(world) end
  for _, finding in ipairs(store.saved(world.output, world.definition.name)) do
    if world.isLate() then return end
    local playback = histories.play(world, histories.join(finding.tapes), { settles = true })
    local verdict = playback.verdict
    if verdict.outcome == "failed" and finding.about.isUnfinished then
      findings.finish(world, verdict, finding)
      servers.fresh()
    elseif verdict.outcome == "failed" then
      world.foundCount = world.foundCount + 1
      world.known[verdict.signature], world.known[finding.signature] = 1, 1
      if finding.about.key then world.known[finding.about.key] = 1 end
      host.found()
      host.complain(("still fails: %s (%s)"):format(finding.signature, finding.directory))
      servers.fresh()
    else
      world.stale[finding.signature] = finding.directory
      host.complain(("does not fail any more: %s (%s)"):format(finding.signature, finding.directory))
    end
  end
end

local function isOver(world)
  return world.hasDeadline and now() >= world.deadline or world.stopsAtFinding and world.foundCount > 0
end

local function playTapes(world, list)
  for _, values in ipairs(list) do
    if isOver(world) then return end
    local verdict, case = trial.play(world, tapes.replay(values))
    take(world, verdict, case, 0)
  end
end

---Milliseconds between two looks at what other workers have found.
local SHARING = 5000

---Plays what others have put into the corpus since.
local function share(world)
  if world.isBlind or not world.corpus.directory or now() - world.lastShared < SHARING then return end
  world.lastShared = now()
  learnSaved(world)
  playTapes(world, (world.corpus:arrivals()))
end

local function lookForLeaks(world, number)
  local server = servers.current()
  if not server or not server.pid or server.played % leaks.INTERVAL ~= 0 or server.played == 0 then
    return
  end
  if not leaks.isSuspected(world, server) then return end
  world.replays = 0
  local finding = leaks.find(world, server.history, function(verdict, history)
    findings.saveUnfinished(world, verdict, history, number)
  end)
  -- What grows without a case that makes it grow is not looked for again.
  world.isCleared = true
  if finding then findings.report(world, finding, number) end
  servers.fresh()
end

local function playAll(world)
  local runs = setting("runs")
  local part, parts = setting("shard"), setting("shardCount")
  local index = world.state:first()
  while not isOver(world) do
    local number = index * parts + part
    if runs and number >= runs then break end
    world.state:reserve(index)
    local verdict, case = trial.play(world, trial.tape(world, number))
    take(world, verdict, case, number)
    index = index + 1
    lookForLeaks(world, number)
    if index & 63 == 0 then
      share(world)
      prelude.health.look(world)
    end
  end
  world.state:finish(index)
end

local function conclude(world)
  if world.isConcluded then return end
  world.isConcluded = true
  prelude.health.conclude(world)
  findings.conclude(world)
  world.progress:tick(true)
  world.progress:event("end")
  if not setting("writesJSON") and not setting("isOneOfMany") then
    host.say(world.progress:text() .. "\n")
  end
end

---Plays everything that is to be played.
local function work(world)
  local function play(list) playTapes(world, list) end
  if setting("merged") then return prelude.merging.run(world, play) end
  world.aflstats = prelude.aflstats.open(world)
  playSaved(world)
  if isOver(world) then return end
  if not world.isBlind then play(world.seeds) end
  playAll(world)
end

---Runs the campaign of a block.
---@param definition Definition
---@param t Scenario
function campaign.run(definition, t)
  local world = prepare(definition, t)
  if setting("replayed") then return prelude.replaying.show(world, setting("replayed")) end
  if not setting("merged") then world.state = prelude.state.open(world) end
  world.progress = progress.new(world)
  t:defer(function() conclude(world) end)
  work(world)
  host.guardTime(0)
  servers.close()
  conclude(world)
  host.absorb()
end

return campaign
