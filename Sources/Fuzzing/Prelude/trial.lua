-- One case of a campaign: the tape that it plays, and the server that it meets.

local host = ...
local prelude = host.prelude
local cases, histories, randomness = prelude.cases, prelude.histories, prelude.randomness
local servers, tapes, verdicts = prelude.servers, prelude.tape, prelude.verdicts

local trial = {}

---The tape of a case: a mutated one of the corpus where that is used, or a new one.
---@param world World
---@param number integer  of the case
---@return Tape
function trial.tape(world, number)
  local seed = randomness.seedOf(world.seed, number)
  math.randomseed(seed)
  if world.isBlind or #world.corpus.entries == 0 then return tapes.fresh(seed) end
  local random = randomness.new(seed ~ 0x5bd1e995)
  if random:chance(0.7) then
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
---@param world World
---@param tape Tape
---@return Verdict
---@return Case
function trial.play(world, tape)
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

return trial
