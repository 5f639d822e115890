-- A fuzz block under `parley run`: every saved finding, and then the simplest case, as a scenario.

local host = ...
local prelude = host.prelude
local cases, generators, tapes = prelude.cases, prelude.generator, prelude.tape
local shapes, store = prelude.shapes, prelude.store

local rehearsal = {}

---The script's target, which starts when a case first connects to it.
local function standing(t)
  if not prelude.fuzzing.declaredTarget then return false end
  return setmetatable({ pid = false }, {
    __index = function(server, member)
      if member ~= "path" then return nil end
      server.path = prelude.standing.start(t)
      return server.path
    end,
  })
end

local function play(definition, tape, t, server)
  local case = cases.new(definition, tape, server)
  local fine, problem = cases.play(definition, case, t)
  if not fine and problem ~= generators.REJECTED then error(problem, 0) end
end

---Plays the conversations of a finding, which all are one after the other on its tape.
local function playSaved(definition, saved, t, server)
  local values = prelude.histories.join(saved.tapes)
  local tape = tapes.replay(values)
  for _ = 1, #saved.tapes do
    tape:choose(shapes.bool())
    play(definition, tape, t, server)
  end
end

---@param definition Definition
---@param t Scenario
function rehearsal.run(definition, t)
  prelude.luarandom.install()
  local own, server = cases.scenario(t), standing(t)
  for _, saved in ipairs(store.saved(store.besideScript(), definition.name)) do
    t:note("the saved finding %s", saved.directory)
    playSaved(definition, saved, own, server)
  end
  play(definition, tapes.simplest(), own, server)
end

return rehearsal
