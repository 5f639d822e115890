-- What is wrong with a campaign itself: a generator that gets nowhere, a target that is too slow.

local host = ...
local prelude = host.prelude

local health = {}

---How many cases it takes to tell.
local SAMPLE = 500

local function complainOnce(world, key, text)
  world.complaints = world.complaints or {}
  if world.complaints[key] then return end
  world.complaints[key] = true
  if not host.setting("speaksForAll") then return end
  host.complain(("%s: %s"):format(world.definition.name, text))
  world.progress:event("health", { problem = key, text = text })
end

---Looks at how the campaign has gone so far.
---@param world World
function health.look(world)
  local counts = world.counts
  if counts.runs < SAMPLE then return end
  if counts.rejected > 0.9 * counts.runs then
    complainOnce(world, "rejected", ("%d of %d cases were rejected by g:assume or t:skip; draw what fits instead"):format(
      counts.rejected, counts.runs))
  end
  if counts.answered == 0 and counts.rejected < counts.runs then
    complainOnce(world, "unanswered",
      "no reply was ever read: without c:receive or c:expect only crashes can be found")
  elseif world.given.feedback and world.feedback.count <= 2 and counts.answered > SAMPLE // 2 then
    complainOnce(world, "monotonous",
      "all replies are of the same kind: the generator may never get past the beginning")
  end
  if counts.waiting > 0.5 * counts.runs then
    complainOnce(world, "waiting",
      "the target waits for more in most cases: what is sent may lack the end of a message")
  end
end

---@param world World
function health.conclude(world)
  if not world.map and not world.isBlind and prelude.servers.options and world.counts.runs >= SAMPLE then
    complainOnce(world, "uninstrumented",
      "the target counts no coverage, so replies guide the campaign (parley fuzz --coverage-shim)")
  end
end

return health
