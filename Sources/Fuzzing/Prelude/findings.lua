-- The findings of a campaign: what its failures come to, each kept and told of once.

local host = ...
local prelude = host.prelude
local histories, investigation, servers = prelude.histories, prelude.investigation, prelude.servers
local quantities = prelude.quantities
local store, verdicts = prelude.store, prelude.verdicts

local now, setting = host.localsocket.now, host.setting

local findings = {}

---How few replays say nothing about how often it fails.
local FEW = 3

---How often a finding has failed when it was played again.
local function certainty(finding)
  local rate = ("%d of %d times"):format(finding.failures, finding.trials)
  if finding.leak then return "each conversation adds to it" end
  if finding.failures == 0 then return "flaky: it has not come back in " .. quantities.count(finding.trials, "replay") end
  if finding.failures < finding.trials then return "flaky: " .. rate end
  return (finding.trials < FEW and "again " or "always: ") .. rate
end

---What is said of a finding that is new.
local function describeFinding(world, finding, directory)
  local text = {
    ("FOUND %s"):format(finding.verdict.signature),
    "  " .. finding.verdict.message,
  }
  for index, note in ipairs(finding.verdict.notes or {}) do
    if index <= 4 then text[#text + 1] = "  " .. note end
  end
  text[#text + 1] = ("  %s%s, after %s"):format(certainty(finding),
    finding.conversations > 1 and (", needs %d conversations"):format(finding.conversations) or "",
    quantities.count(world.replays, "replay"))
  text[#text + 1] = "  see " .. directory
  local obstacle = prelude.reproducer.obstacle(finding, { server = setting("server") })
  if obstacle then
    text[#text + 1] = ("  it has no scenario of its own, as %s"):format(obstacle)
    text[#text + 1] = ("  parley fuzz %s --replay %s plays it"):format(setting("script"), directory)
  end
  return table.concat(text, "\n") .. "\n"
end

---@param earlier? string[]  the directories of what was saved of it before
local function saved(world, finding, number, earlier)
  return store.save(world.output, finding, {
    name = world.definition.name, case = number, seed = world.seed, version = setting("version"),
    server = setting("server"), script = setting("script"),
  }, earlier)
end

---Keeps what was seen before it is looked into: that takes its time, and the campaign may be stopped
---meanwhile.
---@param world World
---@param verdict Verdict
---@param history any[][]  the tapes that it may take
---@param number integer  of the case
function findings.saveUnfinished(world, verdict, history, number)
  local first = math.max(1, #history - histories.LIMIT + 1)
  local tapes = table.move(history, first, #history, 1, {})
  local directory, isNew = saved(world, {
    verdict = verdict, isUnfinished = true, tapes = tapes, conversations = #tapes,
    failures = 0, trials = 0,
  }, number)
  world.unfinished = isNew and { directory = directory, signature = verdict.signature, message = verdict.message }
end

---There is more to say about what was not looked into when it was saved, or nothing.
local function dropUnfinished(world)
  if world.unfinished then store.remove(world.unfinished.directory) end
  world.unfinished = false
end

---The directories that a finding takes the place of: its own of before it was looked into, and that of
---an earlier campaign whose replay did not fail.
local function replacedBy(world, signature)
  local unfinished, list = world.unfinished, {}
  if unfinished then list[1] = unfinished.directory end
  list[#list + 1] = world.stale[signature]
  return list
end

---Keeps a finding that is new, or has come back, and tells of it.
---@param world World
---@param finding Finding
---@param number integer  of the case
function findings.report(world, finding, number)
  host.found()
  local signature = finding.signature or finding.verdict.signature
  if world.known[signature] then
    world.known[signature] = world.known[signature] + 1
    return dropUnfinished(world)
  end
  world.known[signature] = 1
  if finding.key then world.known[finding.key] = 1 end
  finding.tapes = finding.playback and histories.split(finding.playback)
    or { table.move(finding.values, 2, #finding.values, 1, {}) }
  local directory, isNew = saved(world, finding, number, replacedBy(world, signature))
  world.unfinished, world.stale[signature] = false, nil
  -- Another worker has found it meanwhile, and tells of it.
  if not isNew then return end
  world.foundCount = world.foundCount + 1
  world.progress:event("finding", { signature = signature, directory = directory,
    failures = finding.failures, trials = finding.trials })
  if not setting("writesJSON") then host.say(describeFinding(world, finding, directory)) end
end

---Looks into a failure, which takes a while.
---@param history any[][]  the tapes since the server's start
local function look(world, verdict, history, number)
  local begin = now()
  world.replays = 0
  findings.report(world, investigation.of(world, verdict, history), number)
  -- What was noticed is not always what it is; the next time it is known by both.
  world.aliases[verdict.signature] = true
  world.looking = world.looking + now() - begin
end

local function investigate(world, verdict, number)
  local server = servers.current()
  local history = server and server.history or world.lonely
  findings.saveUnfinished(world, verdict, history, number)
  look(world, verdict, history, number)
  servers.fresh()
end

---Finds out what a failure is about that was saved when there was no time for that.
---@param world World
---@param verdict Verdict  of its conversations, played again
---@param finding SavedFinding
function findings.finish(world, verdict, finding)
  world.unfinished = { directory = finding.directory, signature = finding.signature, message = verdict.message }
  look(world, verdict, finding.tapes, finding.about.case or 0)
end

---Tells what was saved and not looked into, as the campaign ends.
---@param world World
function findings.conclude(world)
  local unfinished = world.unfinished
  if not unfinished then return end
  host.found()
  world.foundCount = world.foundCount + 1
  if setting("writesJSON") then
    world.progress:event("finding", {
      signature = unfinished.signature, directory = unfinished.directory, failures = 0, trials = 0,
    })
    return
  end
  host.say(("FOUND %s\n  %s\n  not looked into, as the campaign was stopped; the next one does that\n"
    .. "  see %s\n"):format(unfinished.signature, unfinished.message, unfinished.directory))
end

---Finds out what a failure is about, unless that is known.
---@param world World
---@param verdict Verdict
---@param number integer  of the case
function findings.take(world, verdict, number)
  -- Also what only others have seen before.
  host.found()
  local signature = verdict.signature
  if world.known[signature] or world.aliases[signature] then
    world.known[signature] = (world.known[signature] or 0) + 1
    if verdicts.spoils(verdict) then servers.fresh() end
    return
  end
  investigate(world, verdict, number)
end

return findings
