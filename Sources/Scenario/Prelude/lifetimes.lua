-- Waiting for a process under test, and what is told where it was in vain.

local host = ...
local prelude = host.prelude
local expiring, failure, quantities = prelude.expiring, prelude.failure, prelude.quantities
local waits = prelude.waiting

local now = host.localsocket.now

local lifetimes = {}

---@class Awaited  something about a process that is waited for
---@field subject string  as reports say it
---@field attempt fun(): any  what it has come to; nil or false as long as that is nothing
---@field told fun(result: any): string  what has happened, where it comes late; "it …"
---@field pause? integer  milliseconds after which to look again; it doubles up to 50

---Waits until something about the process has brought a result.
---@param self Process
---@param timeout number  milliseconds; negative waits for ever
---@param awaited Awaited
---@return any result  nil when the time is up
function lifetimes.await(self, timeout, awaited)
  local deadline, pause = timeout >= 0 and now() + timeout, awaited.pause
  while true do
    local result = awaited.attempt()
    if result then return result end
    local left = deadline and deadline - now() or -1
    if deadline and left <= 0 then return nil end
    if pause and (left < 0 or pause < left) then left, pause = pause, math.min(2 * pause, 50) end
    self.native:await(left, awaited.subject)
  end
end

---The last lines of the process as notes of a failure.
---@param self Process
---@return string[]
function lifetimes.output(self)
  local notes = {}
  for _, line in ipairs(self.native:lastLines(8)) do
    notes[#notes + 1] = "its output: " .. line
  end
  return notes
end

---How it has ended, as the end of a sentence; nil while it runs.
---@param self Process
---@return string?
function lifetimes.ending(self)
  local _, _, phrase = self.native:ending()
  return phrase
end

---Waits on for what was not there in time.
---@return string? note  of what has come late
local function awaitLate(deadline, self, awaited)
  local expired = now()
  local result = lifetimes.await(self, deadline - expired, awaited)
  return nil, result and ("%s, %s"):format(expiring.lateness(expired), awaited.told(result))
end

---Fails because what was waited for does not come.
---@param self Process
---@param timeout number
---@param awaited Awaited
---@param message? string  in place of what was waited for
---@param notes? string[]  in place of its last lines
function lifetimes.timedOut(self, timeout, awaited, message, notes)
  local fields = {
    kind = "timeout", lane = self.name, subject = awaited.subject,
    notes = notes or lifetimes.output(self),
    message = message or ("waited %s for %s"):format(quantities.duration(timeout), awaited.subject),
  }
  local late = expiring.observe(fields, timeout, awaitLate, self, awaited)
  fields.message = waits.sentence(fields.message, late)
  failure.raise(fields)
end

---Fails because it has ended without what was waited for.
---@param self Process
---@param awaited Awaited
function lifetimes.endedWithout(self, awaited)
  failure.raise {
    kind = "closed", lane = self.name, subject = awaited.subject, notes = lifetimes.output(self),
    message = ("waited for %s, but it %s"):format(awaited.subject, lifetimes.ending(self)),
  }
end

return lifetimes
