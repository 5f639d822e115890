-- What a time-out tells: what was awaited, what came instead, and what comes late.

local host = ...
local prelude = host.prelude
local codecs, describe = prelude.codecs, prelude.describe
local failure, matching = prelude.failure, prelude.matching
local quantities, waits = prelude.quantities, prelude.waiting

local now, getinfo, pcall, xpcall = host.localsocket.now, debug.getinfo, pcall, xpcall

local expiring = {}

---How long the others run on after a time-out: as long as the wait lasted, within these bounds.
local SHORTEST, LONGEST = 250, 1000

---Whether the script may catch what is raised here: then it is no failure of the scenario, and its
---time-out is over when it says.
local function isProtected()
  local level = 2
  local frame = getinfo(level, "f")
  while frame do
    if frame.func == pcall or frame.func == xpcall then return true end
    level = level + 1
    frame = getinfo(level, "f")
  end
  return false
end

---Lets the others run on after a time-out that ends the scenario, and adds a note of what came.
---@param fields Failure  which is about to be raised
---@param waited number  milliseconds
---@param watch fun(deadline: number, ...): string?  waits for what comes until then
---@param ... any  for `watch`
function expiring.observe(fields, waited, watch, ...)
  if isProtected() or not host.hold(fields) then return end
  fields.isHeld = true
  local span = math.min(LONGEST, math.max(SHORTEST, waited))
  -- It is raised when something ends the scenario meanwhile.
  local finished, note = pcall(watch, now() + span, ...)
  if not finished then return end
  fields.notes = fields.notes or {}
  table.insert(fields.notes,
    note or ("nothing came in the %s after the deadline either"):format(quantities.duration(span)))
end

---The beginning of a note about something late.
---@param expired number  when the time-out was
---@return string
function expiring.since(expired)
  local milliseconds = math.floor(now() - expired + 0.5)
  return quantities.duration(milliseconds) .. " after the deadline"
end

---The next message, or on a stream what was found, and whether it is what was awaited.
---@param wait Wait
---@return boolean matched
---@return any message
local function read(wait)
  local codec, reader, pattern = wait.codec, wait.reader, wait.pattern
  reader:begin()
  if wait.kind == "seek" then return true, (codec.seek(reader, pattern)) end
  local message = codec.decode(reader)
  if wait.kind == "receive" then return true, message end
  while wait.kind == "await" and not matching.matches(pattern, message) do
    message = codec.decode(reader)
  end
  return matching.matches(pattern, message), message
end

---@param outcome string?  how it ended, if it did
---@param isWanted boolean  that is what was waited for
local function ending(since, outcome, isWanted)
  return outcome and ("%s %s%s"):format(since, outcome, isWanted and ": late, not wrong" or "")
end

local function arrival(since, text, verdict)
  return ("%s this came: %s; %s"):format(since, text, verdict)
end

---Lets a wait that is over go on until another deadline.
---@return number expired  when it was over
---@return integer known  how many bytes had come by then
local function goOn(wait, deadline)
  wait.deadline, wait.mayExpire, wait.isLate = deadline, true, true
  return now(), #wait.reader:unread()
end

---What has come since, which the log gets.
local function lateBytes(wait, known)
  wait.isLate = false
  local late = wait.reader:unread():sub(known + 1)
  if late ~= "" then host.log("unread", wait.lane, late) end
  return late
end

---Bytes that are no whole message.
local function unfinished(since, late, wait)
  return arrival(since, describe.bytes(late, 60),
    "it still lacks " .. (wait.codec.awaits or "the rest of the message"))
end

local function watchForMessage(deadline, wait)
  local expired, known = goOn(wait, deadline)
  local span = quantities.duration(math.floor(deadline - expired + 0.5))
  local finished, matched, message = pcall(read, wait)
  local since, late = expiring.since(expired), lateBytes(wait, known)
  if finished then
    return arrival(since, codecs.shown(wait.codec, message), matched
      and "it would have matched: late, not wrong" or "it would not have matched")
  end
  -- Else it is an error of a codec or a predicate, or the end of the scenario.
  if type(matched) ~= "table" or not matched.isEnd then error(matched, 0) end
  if late == "" then return ending(since, matched.ending, false) end
  if matched.ending then return unfinished(since, late, wait) .. ", and then " .. matched.ending end
  return unfinished(("in the %s after the deadline"):format(span), late, wait)
end

local function watchForEnd(deadline, wait)
  local expired, known = goOn(wait, deadline)
  local _, outcome = wait.reader:more()
  local since, late = expiring.since(expired), lateBytes(wait, known)
  if late ~= "" then return arrival(since, describe.bytes(late, 60), "it is no end") end
  return ending(since, outcome, (outcome == waits.RESET) == (wait.kind == "reset"))
end

---Fails with the time-out.
function waits.class:expired()
  local subject = waits.describe(self.kind, self.lane, self.pattern)
  local fields = {
    kind = "timeout", lane = self.lane, subject = subject,
    notes = { self:before(), table.unpack(host.facts(self.socket)) },
    message = ("waited %s for %s; %s"):format(
      quantities.duration(self.timeout), subject, self:partly() or "nothing came"),
  }
  local isEnd = self.kind == "end" or self.kind == "reset"
  expiring.observe(fields, self.timeout, isEnd and watchForEnd or watchForMessage, self)
  failure.raise(fields)
end

return expiring
