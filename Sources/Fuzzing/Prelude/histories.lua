-- Conversations on one server, one after the other, as one tape: what a server has seen since its
-- start is shrunk like what a single conversation says.

local host = ...
local prelude = host.prelude
local cases, servers, shapes = prelude.cases, prelude.servers, prelude.shapes
local tapes, verdicts = prelude.tape, prelude.verdicts

local histories = {}

local MORE = shapes.bool(0.5)

---@class Playback
---@field verdict Verdict
---@field tape Tape  what was chosen, in all conversations
---@field cases Case[]

---The values of conversations as those of a history.
---@param list any[][]
---@return any[]
function histories.join(list)
  local values = {}
  for _, one in ipairs(list) do
    values[#values + 1] = true
    table.move(one, 1, #one, #values + 1, values)
  end
  return values
end

---The values of each conversation of a tape that was played.
---@param playback Playback
---@return any[][]
function histories.split(playback)
  local list = {}
  for _, case in ipairs(playback.cases) do
    list[#list + 1] = table.move(playback.tape.values, case.firstChoice, case.lastChoice, 1, {})
  end
  return list
end

---The most conversations of one history.
histories.LIMIT = 4096

---Plays conversations on a fresh server, up to the first that fails.
---@param world World
---@param values any[]
---@param given? table  of `cases.new`
---@param isOver? fun(): boolean  whether the first conversations are enough
---@return Playback
function histories.play(world, values, given, isOver)
  local server = servers.fresh()
  local tape = tapes.replay(values)
  local list, verdict = {}, { outcome = "passed" }
  repeat
    tape:open("conversation")
    if #list == histories.LIMIT or not tape:choose(MORE) then break end
    local case = cases.new(world.definition, tape, server, given)
    case.firstChoice = tape.count + 1
    list[#list + 1] = case
    world.begin()
    local fine, problem = cases.play(world.definition, case, world.t)
    case.lastChoice = tape.count
    verdict = verdicts.of(case, fine, problem)
    if verdict.outcome == "passed" and given and given.after then verdict = given.after(case) or verdict end
    world.replays = world.replays + 1
  until verdict.outcome == "failed" or verdict.outcome == "endless" or isOver and isOver()
  tape:finish()
  return { verdict = verdict, tape = tape, cases = list }
end

return histories
