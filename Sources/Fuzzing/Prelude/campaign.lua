-- A campaign: cases of one block, one after the other, until something says that it is enough.

local host = ...
local prelude = host.prelude
local cases, corpora, failure = prelude.cases, prelude.corpus, prelude.failure
local feedbacks, histories, investigation = prelude.feedback, prelude.histories, prelude.investigation
local journal, progress, randomness = prelude.journal, prelude.progress, prelude.randomness
local leaks, servers = prelude.leaks, prelude.servers
local store, tapes = prelude.store, prelude.tape
local verdicts = prelude.verdicts

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
---@field foundCount integer
---@field counts { runs: integer, rejected: integer, waiting: integer, endless: integer }
---@field replays integer
---@field shrinkTime number  milliseconds for making one finding smaller
---@field deadline number  when the campaign's time is over
---@field isLate fun(): boolean  whether also what was found shall not take longer
---@field begin fun()  called before each case

-- One case

---How long the guard against endless generators is set, and how often it is renewed, in milliseconds.
local function guard(definition)
  local armed = -math.huge
  return function(anew)
    local time = now()
    if not anew and time - armed < 1000 then return end
    armed = time
    host.guardTime(math.tointeger(definition.time // 1) + 1000)
  end
end

local function fresh(world, number)
  local seed = randomness.seedOf(world.seed, number)
  math.randomseed(seed)
  if world.isBlind then return tapes.fresh(seed) end
  local random = randomness.new(seed ~ 0x5bd1e995)
  if #world.corpus.entries > 0 and random:chance(0.7) then
    local tape = world.corpus:mutated(random, seed)
    if tape then return tape end
  end
  return tapes.fresh(seed)
end

local function serverFor(world)
  local server = servers.current()
  if not servers.canRestart() then return server end
  local options = servers.options
  if options.mode == "spawn" or server.played >= (options.restartEvery or 10000) then
    return servers.fresh()
  end
  return server
end

local function reset(world, server)
  local fn = servers.options and servers.options.reset
  if not fn or server.played == 0 then return end
  local definition = { body = function(_, t) fn(t:connect()) end }
  local case = cases.new({ wait = world.definition.wait, endings = false, boundaries = false },
    tapes.simplest(), server)
  cases.play(definition, case, world.t)
end

---The conversations that are kept of one server: at least as many as can be looked back at.
local HISTORY = 2 * histories.LIMIT

local function remember(server, tape)
  local history = server.history
  history[#history + 1] = tape.values
  if #history > HISTORY then
    server.history = table.move(history, HISTORY // 2, #history, 1, {})
  end
end

---Plays a tape on the server that is there.
---@return Verdict
---@return Case
local function play(world, tape)
  local server = serverFor(world)
  if server then reset(world, server) end
  if world.map then world.map:reset() end
  local case = cases.new(world.definition, tape, server, world.given)
  world.begin()
  local fine, problem = cases.play(world.definition, case, world.t)
  if server then
    server.played = server.played + 1
    remember(server, tape)
  end
  return verdicts.of(case, fine, problem), case
end

-- What comes of it

local function describeFinding(world, finding, directory)
  local rate = ("%d of %d times"):format(finding.failures, finding.trials)
  local text = {
    ("FOUND %s"):format(finding.verdict.signature),
    "  " .. finding.verdict.message,
  }
  for index, note in ipairs(finding.verdict.notes or {}) do
    if index <= 4 then text[#text + 1] = "  " .. note end
  end
  local certainty = finding.failures == finding.trials and "always: " or "flaky: "
  text[#text + 1] = ("  %s%s%s, after %d replays"):format(certainty, rate,
    finding.conversations > 1 and (", needs %d conversations"):format(finding.conversations) or "",
    world.replays)
  text[#text + 1] = "  see " .. directory
  local obstacle = prelude.reproducer.obstacle(finding, { server = setting("server") })
  if obstacle then
    text[#text + 1] = ("  it has no scenario of its own, as %s"):format(obstacle)
    text[#text + 1] = ("  parley fuzz %s --replay %s plays it"):format(setting("script"), directory)
  end
  return table.concat(text, "\n") .. "\n"
end

local function saved(world, finding, number)
  finding.tapes = finding.playback and histories.split(finding.playback)
    or { table.move(finding.values, 2, #finding.values, 1, {}) }
  return store.save(world.output, finding, {
    name = world.definition.name, case = number, seed = world.seed, version = setting("version"),
    server = setting("server"), script = setting("script"),
  })
end

local report

local function investigate(world, verdict, number)
  world.replays = 0
  local server = servers.current()
  local history = server and server.history or world.lonely
  report(world, investigation.of(world, verdict, history), number)
  -- What was noticed is not always what it is; the next time it is known by both.
  world.aliases[verdict.signature] = true
  servers.fresh()
end

---Keeps a finding that is new, and tells of it.
function report(world, finding, number)
  local signature = finding.signature or finding.verdict.signature
  if world.known[signature] then
    world.known[signature] = world.known[signature] + 1
    return
  end
  world.known[signature] = 1
  if finding.key then world.known[finding.key] = 1 end
  host.found()
  local directory, isNew = saved(world, finding, number)
  if not isNew then return end
  world.foundCount = world.foundCount + 1
  world.progress:event("finding", { signature = signature, directory = directory,
    failures = finding.failures, trials = finding.trials })
  if not setting("writesJSON") then host.say(describeFinding(world, finding, directory)) end
end

local function takeFailure(world, verdict, number)
  local signature = verdict.signature
  if world.known[signature] or world.aliases[signature] then
    world.known[signature] = (world.known[signature] or 0) + 1
    if verdicts.spoils(verdict) then servers.fresh() end
    return
  end
  investigate(world, verdict, number)
end

---Leaves out what a tape does not need for what it has brought.
local function trimmed(world, case, news)
  local best = case.tape
  if not world.map then return best end
  local span, tries = #best.labels, 0
  while span >= 1 and tries < 40 and not world.isLate() do
    span = math.min(span, #best.labels)
    if span < 1 then break end
    local first, last = best.first[span], best.last[span]
    if last >= first then
      tries = tries + 1
      local values = table.move(best.values, 1, first - 1, 1, {})
      table.move(best.values, last + 1, best.count, #values + 1, values)
      local verdict, other = play(world, tapes.replay(values))
      if verdict.outcome == "failed" then break end
      if world.feedback:judge(other, false) >= news and other.tape.count < best.count then
        best = other.tape
      end
    end
    span = span - 1
  end
  return best
end

---Edges whose count differs each time would make everything look new.
local function calibrate(world, tape)
  if not world.map then return end
  local noisy, passed = 0, 1
  for round = 1, 3 do
    local verdict, case = play(world, tapes.replay(tape.values))
    if verdict.outcome == "failed" then return end
    local _, _, count = world.map:judge(false)
    passed = math.max(passed, count)
    if round == 1 then world.map:remember() else noisy = noisy + world.map:mask() end
    case.feedback = false
  end
  world.noisy, world.passed = world.noisy + noisy, math.max(world.passed, passed)
  world.stability = math.max(0, 100 - 100 * world.noisy // math.max(1, world.map:known()))
end

local function keep(world, case)
  local news, edges = world.feedback:judge(case, false)
  if news == 0 then return end
  calibrate(world, case.tape)
  local tape = trimmed(world, case, news)
  if world.map then
    play(world, tapes.replay(tape.values))
    world.map:judge(true)
  end
  world.corpus:add(tape, edges)
end

local function take(world, verdict, case, number)
  local counts, outcome = world.counts, verdict.outcome
  counts.runs = counts.runs + 1
  if outcome == "failed" then
    takeFailure(world, verdict, number)
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
    if not world.isBlind then keep(world, case) end
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
    stopsAtFinding = setting("stopsAtFinding"), deadline = deadline, isLate = isLate,
    known = {}, aliases = {}, foundCount = 0, replays = 0, shrinkTime = 60000, noisy = 0, passed = 0,
    counts = { runs = 0, rejected = 0, waiting = 0, endless = 0, answered = 0 }, lonely = {},
    output = setting("output"), begin = guard(definition), stability = false, map = nil,
  }
  host.absorb(absorb)
  prelude.instruments.attach(world)
  servers.open(t)
  prelude.instruments.check(world)
  world.feedback = feedbacks.new(world.map or false)
  world.given = { feedback = not world.isBlind and world.feedback, settles = world.map ~= nil }
  local found, broken
  local isKept = setting("keepsState") or setting("shardCount") > 1
  world.corpus, found, broken = corpora.open(setting("corpus") or isKept
    and ("%s/%s.corpus"):format(world.output, store.slug(definition.name)) or false)
  if broken > 0 then
    host.complain(broken == 1 and "the corpus has 1 file that is no tape"
      or ("the corpus has %d files that are no tapes"):format(broken))
  end
  world.seeds, world.lastShared = found, now()
  world.progress = progress.new(world)
  return world
end

---Plays what was found before; what fails still is found again.
local function playSaved(world)
  for _, finding in ipairs(store.saved(world.output, world.definition.name)) do
    if world.isLate() then return end
    local playback = histories.play(world, histories.join(finding.tapes), { settles = true })
    local verdict = playback.verdict
    if verdict.outcome == "failed" then
      world.foundCount = world.foundCount + 1
      world.known[verdict.signature], world.known[finding.signature] = 1, 1
      if finding.about.key then world.known[finding.about.key] = 1 end
      host.found()
      host.complain(("still fails: %s (%s)"):format(finding.signature, finding.directory))
      servers.fresh()
    else
      host.complain(("does not fail any more: %s (%s)"):format(finding.signature, finding.directory))
    end
  end
end

local function isOver(world)
  return now() >= world.deadline or world.stopsAtFinding and world.foundCount > 0
end

local function playTapes(world, list)
  for _, values in ipairs(list) do
    if isOver(world) then return end
    local verdict, case = play(world, tapes.replay(values))
    take(world, verdict, case, 0)
  end
end

---Milliseconds between two looks at what other workers have found.
local SHARING = 5000

---Plays what others have put into the corpus since.
local function share(world)
  if world.isBlind or not world.corpus.directory or now() - world.lastShared < SHARING then return end
  world.lastShared = now()
  for _, finding in ipairs(store.saved(world.output, world.definition.name)) do
    world.known[finding.signature] = world.known[finding.signature] or 0
    if finding.about.key then world.known[finding.about.key] = world.known[finding.about.key] or 0 end
  end
  playTapes(world, (world.corpus:arrivals()))
end

local function lookForLeaks(world, number)
  local server = servers.current()
  if not server or not server.pid or server.played % leaks.INTERVAL ~= 0 or server.played == 0 then
    return
  end
  if not leaks.isSuspected(world, server) then return end
  world.replays = 0
  local finding = leaks.find(world, server.history)
  -- What grows without a case that makes it grow is not looked for again.
  world.isCleared = true
  if finding then report(world, finding, number) end
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
    local tape = fresh(world, number)
    local verdict, case = play(world, tape)
    if not servers.current() then world.lonely[1] = tape.values end
    take(world, verdict, case, number)
    index = index + 1
    lookForLeaks(world, number)
    if index & 63 == 0 then
      world.progress:tick()
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
  world.progress:tick(true)
  world.progress:event("end")
  if not setting("writesJSON") and not setting("isOneOfMany") then
    host.say(world.progress:text() .. "\n")
  end
end

---Runs the campaign of a block.
---@param definition Definition
---@param t Scenario
function campaign.run(definition, t)
  local world = prepare(definition, t)
  if setting("replayed") then return prelude.replaying.show(world, setting("replayed")) end
  world.state = prelude.state.open(world)
  t:defer(function() conclude(world) end)
  playSaved(world)
  if not isOver(world) then
    if not world.isBlind then playTapes(world, world.seeds) end
    playAll(world)
  end
  host.guardTime(0)
  servers.close()
  conclude(world)
  host.absorb()
end

return campaign
