-- A finding shown again: what is said, and whether it still fails.

local host = ...
local prelude = host.prelude
local describe, failure = prelude.describe, prelude.failure
local histories, quantities = prelude.histories, prelude.quantities
local servers, store = prelude.servers, prelude.store

local replaying = {}

local marks = { sent = "→", repeated = "→ again and again", flooded = "+ connected, without a word",
  received = "←", connect = "+ connected", closed = "■ closed",
  aborted = "■ aborted", shutdown = "⊣ shut down", ended = "■ the target closed",
  reset = "■ the target reset" }

---How much a step was, where that is not plain.
local function amount(step)
  if step.count then return (" (%d times)"):format(step.count) end
  return step.descriptors and (" with %s"):format(quantities.count(#step.descriptors, "descriptor")) or ""
end

local function show(playback)
  for index, case in ipairs(playback.cases) do
    if #playback.cases > 1 then host.say(("conversation %d\n"):format(index)) end
    for _, step in ipairs(case.steps) do
      if not step.isAfterBody or step.kind ~= "closed" then
        host.say(("  %-6s %s %s%s\n"):format(step.lane, marks[step.kind] or step.kind,
          step.bytes and describe.bytes(step.bytes) or "", amount(step)))
      end
    end
    for key, value in pairs(case.g.notes or {}) do
      host.say(("  note   %s = %s\n"):format(key, describe.value(value)))
    end
  end
end

---Shows a finding.
---@param world World
---@param directory string
function replaying.show(world, directory)
  local finding, problem = store.finding(directory)
  if not finding then
    failure.raise { kind = "environment", message = ("%s is no finding: %s"):format(directory, problem) }
  end
  if finding.about.block ~= world.definition.name then return end
  local playback = histories.play(world, histories.join(finding.tapes), { traced = true, settles = true })
  show(playback)
  local verdict = playback.verdict
  if verdict.outcome == "failed" then
    host.found()
    host.say(("✗ %s\n"):format(verdict.message))
    for _, note in ipairs(verdict.notes or {}) do host.say(("  %s\n"):format(note)) end
    if verdict.signature ~= finding.signature then
      host.say(("  it was: %s\n"):format(finding.signature))
    end
  else
    host.say(("✓ does not fail any more: %s\n"):format(finding.signature))
  end
  host.guardTime(0)
  servers.close()
  host.absorb()
end

return replaying
