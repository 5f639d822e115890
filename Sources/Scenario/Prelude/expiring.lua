-- What a time-out tells: what was awaited, what came instead, and what comes late.

local host = ...
local prelude = host.prelude
local codecs, describe = prelude.codecs, prelude.describe
local failure, hints, matching = prelude.failure, prelude.later.hints, prelude.matching
local quantities, waits = prelude.quantities, prelude.waiting

local now, getinfo, pcall, xpcall = host.localsocket.now, debug.getinfo, pcall, xpcall

local expiring = {}

---How long the others run on after a time-out: as long as the wait lasted, within these bounds.
local SHORTEST, LONGEST = 250, 1000

---Whether the script may catch what is raised here: then it is no failure of the scenario, and its
---time-out is over when it says.
---@return boolean
function expiring.isProtected()
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
---@param watch fun(deadline: number, ...): string?, string?, boolean?  waits for what comes until
---  then; gives a note and what `observe` does
---@param ... any  for `watch`
---@return string? late  what came late, as the end of a sentence
---@return boolean? isWhole  that tells of what had come in time too
function expiring.observe(fields, waited, watch, ...)
  if expiring.isProtected() or not host.hold(fields) then return end
  fields.isHeld = true
  local span = math.min(LONGEST, math.max(SHORTEST, waited))
  local start = now()
  -- It is raised when something ends the scenario meanwhile.
  local finished, note, late, isWhole = pcall(watch, start + span, ...)
  host.log("waited", fields.lane, fields.subject, now() - start)
  if not finished then return end
  if not late and not note then
    note = ("nothing came in the %s after the deadline either"):format(quantities.duration(span))
  end
  fields.notes = fields.notes or {}
  table.insert(fields.notes, note)
  return late, isWhole
end

---How late something is.
---@param expired number  when the time-out was
---@return string
function expiring.lateness(expired)
  return ("%.3fs late"):format((now() - expired) / 1000)
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

---The longest text of a message that stands in a sentence.
local SHOWN <const> = 60

---A whole message.
local function arrival(lateness, wait, matched, message)
  if matched and message == wait.pattern then return "it came " .. lateness end
  local text = describe.shortened(codecs.shown(wait.codec, message), SHOWN)
  if matched then return ("it came %s: %s"):format(lateness, text) end
  return ("%s came %s, which does not match"):format(lateness, text)
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

---Bytes that are no whole message, as a note.
local function unfinished(beginning, late, wait)
  return ("%s this came: %s; it still lacks %s"):format(
    beginning, describe.bytes(late, SHOWN), wait.codec.awaits or "the rest of the message")
end

local function watchForMessage(deadline, wait)
  local expired, known = goOn(wait, deadline)
  local span = quantities.duration(math.floor(deadline - expired + 0.5))
  local finished, matched, message = pcall(read, wait)
  local lateness, late = expiring.lateness(expired), lateBytes(wait, known)
  if finished then return nil, arrival(lateness, wait, matched, message), true end
  -- Else it is an error of a codec or a predicate, or the end of the scenario.
  if type(matched) ~= "table" or not matched.isEnd then error(matched, 0) end
  if matched.ending then host.awaitDeath() end
  local ending = matched.ending and ("%s, %s"):format(lateness, matched.ending)
  if late == "" then return nil, ending end
  local beginning = ending and lateness or ("in the %s after the deadline"):format(span)
  return unfinished(beginning, late, wait), ending
end

local function watchForEnd(deadline, wait)
  local expired, known = goOn(wait, deadline)
  local _, outcome = wait.reader:more()
  local lateness, late = expiring.lateness(expired), lateBytes(wait, known)
  if late ~= "" then return nil, ("%s came %s"):format(lateness, describe.bytes(late, SHOWN)) end
  if not outcome then return nil end
  host.awaitDeath()
  local isWanted = (outcome == waits.RESET) == (wait.kind == "reset")
  return nil, isWanted and "it came " .. lateness or ("%s, %s"):format(lateness, outcome)
end

---The waits for something that a pattern says.
local expecting = { expect = true, await = true, seek = true }

---Fails with the time-out.
function waits.class:expired()
  local subject = waits.describe(self.kind, self.lane, self.pattern)
  local beginning = ("waited %s for %s"):format(quantities.duration(self.timeout), subject)
  local progress, rest = self:partly()
  local notes = self:before()
  for _, fact in ipairs(host.facts(self.socket)) do notes[#notes + 1] = fact end
  if expecting[self.kind] then
    notes[#notes + 1] = hints.inStream(self.kind, self.pattern, self.reader:unread())
    notes[#notes + 1] = prelude.sightings.note(self.lane, self.codec, self.pattern)
  end
  local fields = {
    kind = "timeout", lane = self.lane, subject = subject, notes = notes,
    message = waits.sentence(beginning, progress, rest or not progress and "nothing came"),
  }
  local isEnd = self.kind == "end" or self.kind == "reset"
  local late, isWhole =
    expiring.observe(fields, self.timeout, isEnd and watchForEnd or watchForMessage, self)
  if late then fields.message = waits.sentence(beginning, progress, not isWhole and rest, late) end
  failure.raise(fields)
end

return expiring
