-- What a campaign keeps of its cases for the corpus: the tapes that have brought something new.

local host = ...
local prelude = host.prelude
local tapes, trial = prelude.tape, prelude.trial

local harvest = {}

---Leaves out what a tape does not need for what it has brought to the map.
local function trimmed(world, case, news)
  local best = case.tape
  local span, tries = #best.labels, 0
  while span >= 1 and tries < 40 and not world.isLate() do
    span = math.min(span, #best.labels)
    if span < 1 then break end
    local first, last = best.first[span], best.last[span]
    if last >= first then
      tries = tries + 1
      local values = table.move(best.values, 1, first - 1, 1, {})
      table.move(best.values, last + 1, best.count, #values + 1, values)
      local verdict, other = trial.play(world, tapes.replay(values))
      if verdict.outcome == "failed" then break end
      if world.feedback:judge(other, false) >= news and other.tape.count < best.count then
        best = other.tape
      end
    end
    span = span - 1
  end
  return best
end

---How often a case is played again to see what of it comes back.
local ROUNDS = 2

---Masks the edges whose count differs each time, which would make everything look new. What was passed
---in the case alone counts as known, too: it would be found again and again.
---@return integer? news  in the map that came back; nil where the target has failed
local function calibrate(world, case)
  local map, news = world.map, 0
  map:remember()
  for _ = 1, ROUNDS do
    local verdict, other = trial.play(world, tapes.replay(case.tape.values))
    if verdict.outcome == "failed" then return nil end
    world.noisy = world.noisy + map:mask()
    news = world.feedback:judge(other, false)
  end
  world.stability = 100 - 100 * world.noisy // math.max(1, map:known() + news)
  return news
end

---Looks what of a case's news is its own doing, and makes it known.
---@return Tape?  what is to be kept
local function proven(world, case, edges)
  local news = calibrate(world, case)
  if not news or news + edges + case.news == 0 then return nil end
  if news == 0 then return case.tape end
  local tape = trimmed(world, case, news)
  trial.play(world, tapes.replay(tape.values))
  world.map:judge(true)
  return tape
end

---Keeps the tape of a case that has brought something new.
---@param world World
---@param case Case
function harvest.keep(world, case)
  local news, edges = world.feedback:judge(case, false)
  if news == 0 then return end
  local tape = case.tape
  if world.map then tape = proven(world, case, edges) end
  if tape then world.corpus:add(tape, edges) end
end

return harvest
