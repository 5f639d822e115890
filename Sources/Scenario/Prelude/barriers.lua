-- Barriers: points at which actors wait for each other.

local host = ...
local prelude = host.prelude
local describe, expiring, failure = prelude.describe, prelude.expiring, prelude.failure
local options, quantities, waits = prelude.options, prelude.quantities, prelude.waiting

local now = host.localsocket.now

local barriers = {}

---@type table<string, integer>  how many each barrier is for
local counts = {}

local function check(name, count)
  if math.type(count) ~= "integer" or count < 1 then
    host.misuse("the count of a barrier is a count of actors from 1, not " .. describe.value(count))
  end
  local known = counts[name] or count
  if known ~= count then
    host.misuse(("the barrier %s is for %s, not for %d"):format(
      describe.value(name), quantities.count(known, "actor"), count))
  end
  counts[name] = count
end

local function arriveLate(deadline, name, count)
  local expired = now()
  if not host.arrive(name, count, deadline - expired) then return nil end
  return nil, "all had come " .. expiring.lateness(expired)
end

---Waits until as many actors are here as the barrier is for.
---@param name string
---@param count integer
function barriers.wait(name, count)
  check(name, count)
  local timeout = options.timeout {}
  local isComplete, arrived = host.arrive(name, count, timeout)
  if isComplete then return end
  local subject = ("barrier %s (%d of %d)"):format(describe.value(name), arrived, count)
  local fields = {
    kind = "timeout", subject = subject,
    message = ("waited %s for %s"):format(quantities.duration(timeout), subject),
    notes = host.absentees(name),
  }
  local late = expiring.observe(fields, timeout, arriveLate, name, count)
  fields.message = waits.sentence(fields.message, late)
  failure.raise(fields)
end

return barriers
