-- What a campaign keeps of its cases for the corpus: the tapes that have brought something new.

local host = ...
local prelude = host.prelude
local tapes, trial = prelude.tape, prelude.trial

local harvest = {}

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

---Edges whose count differs each time would make everything look new.
local function calibrate(world, tape)
  if not world.map then return end
  local noisy, passed = 0, 1
  for round = 1, 3 do
    local verdict, case = trial.play(world, tapes.replay(tape.values))
    if verdict.outcome == "failed" then return end
    local _, _, count = world.map:judge(false)
    passed = math.max(passed, count)
    if round == 1 then world.map:remember() else noisy = noisy + world.map:mask() end
    case.feedback = false
  end
  world.noisy, world.passed = world.noisy + noisy, math.max(world.passed, passed)
  world.stability = math.max(0, 100 - 100 * world.noisy // math.max(1, world.map:known()))
end

---Keeps the tape of a case that has brought something new.
---@param world World
---@param case Case
function harvest.keep(world, case)
  local news, edges = world.feedback:judge(case, false)
  if news == 0 then return end
  calibrate(world, case.tape)
  local tape = trimmed(world, case, news)
  if world.map then
    trial.play(world, tapes.replay(tape.values))
    world.map:judge(true)
  end
  world.corpus:add(tape, edges)
end

return harvest
