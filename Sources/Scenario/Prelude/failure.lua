-- The value that a failing scenario raises.

local host = ...
local failure = {}

---@class Failure
---@field kind "assertion"|"mismatch"|"timeout"|"closed"|"crash"|"check"|"environment"|"skip"
---@field message string  one sentence: what was awaited and what came instead
---@field lane? string  the name of the conversation or listener
---@field subject? string  what was waited for
---@field expected? string  bytes as they are if `isBytes`, else a description
---@field actual? string
---@field isBytes? boolean  the report shows where the two byte strings differ
---@field difference? string[]  where two tables differ, a line each
---@field notes? string[]  facts that may explain it
---@field isSending? boolean  nothing can be sent any more
---@field isOwnDoing? boolean  the script itself has let go of the other end
---@field isHeld? boolean  it waited for what came late, and is older than what failed meanwhile
local Failure = {}
Failure.__index = Failure
Failure.__name = "failure"

function Failure:__tostring()
  return self.message
end

---Raises a failure; the host adds the script's line.
---@param fields Failure
function failure.raise(fields)
  if fields.kind == "closed" then
    local listeners = rawget(host.prelude, "listener")
    fields.isOwnDoing = listeners and listeners.hasDroppedPeer(fields.lane) or nil
    -- What has ended a connection may be the end of a process, which is known a moment later.
    if not fields.isOwnDoing then host.awaitDeath() end
  end
  host.fail(setmetatable(fields, Failure))
end

---Whether an error is a failure of the scenario, and no mistake in its script.
---@param raised any  what `pcall` caught
---@return boolean
function failure.is(raised)
  return getmetatable(raised) == Failure
end

---@type table<any, string[]>  where errors have come by, which their notes do not tell
local remarks = setmetatable({}, { __mode = "k" })

---Adds a fact to an error that goes on.
---@param raised any
---@param note string
function failure.remark(raised, note)
  if raised == "cancelled" then return end
  remarks[raised] = remarks[raised] or {}
  table.insert(remarks[raised], note)
end

---The facts that were added to an error.
---@param raised any
---@return string[]?
function failure.remarksOn(raised)
  return remarks[raised]
end

---The variables that the line names on which a thread has failed, with their values.
---@param thread thread
---@param source string  the text of the script
---@param hasSecrets boolean  whether any text and number may be a secret
---@return string[]
function failure.valuesAt(thread, source, hasSecrets)
  return host.prelude.locals.list(thread, source, hasSecrets)
end

---Whether an error skips the scenario.
---@param raised any  what `pcall` caught
---@return boolean
function failure.isSkip(raised)
  return type(raised) == "table" and rawget(raised, "kind") == "skip"
end

return failure
