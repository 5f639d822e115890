-- What happens in a case, in place of the event log: nothing is written while cases are tried, and
-- the case that shows a finding is traced.

local host = ...

local journal = {
  ---@type Case|false  that is being played
  case = false,
}

---@class Step  what a traced case did
---@field kind "connect"|"flooded"|"sent"|"repeated"|"received"|"shutdown"|"closed"|"aborted"|"ended"|"reset"
---@field lane string
---@field bytes string|false
---@field isPart? boolean  the rest of the message follows in another write
---@field descriptors? table  that went with it
---@field count? integer  how often, of what was repeated, and how many connections of a flood
---@field choices integer  how many choices had been made
---@field isAfterBody boolean  it belongs to the cleaning up

local function trace(case, kind, lane, bytes)
  local steps = case.steps
  steps[#steps + 1] = {
    kind = kind, lane = lane, bytes = bytes or false, choices = case.tape.count,
    isAfterBody = case.isOver,
  }
end

local function logSent(lane, bytes)
  local case = journal.case
  if not case then return end
  case.sent, case.lastSent = case.sent + 1, bytes
end

local function logReceived(lane, bytes)
  local case = journal.case
  if not case then return end
  case.received = case.received + 1
  if case.feedback then case.feedback:reply(case, bytes) end
  if case.steps then trace(case, "received", lane, bytes) end
end

local kept = { shutdown = true, closed = true, aborted = true, ended = true, reset = true }

local function log(kind, lane)
  local case = journal.case
  if case and case.steps and kept[kind] and case.lanes[lane] then trace(case, kind, lane) end
end

---Waits on a socket; one of the target's has a wait that looks at the target, too.
local function awaitReadyRead(socket, timeout)
  local case = journal.case
  local conversation = case and case.sockets and case.sockets[socket]
  if not conversation then return socket:waitForReadyRead(timeout) end
  return host.prelude.patience.await(case, conversation, timeout)
end

---Notes that a case has connected.
---@param lane string
function journal.connected(lane)
  local case = journal.case
  if not case.steps then return end
  case.lanes[lane] = true
  trace(case, "connect", lane)
end

---Notes that something was written, in one of several writes or in one.
---@param lane string
---@param bytes string
---@param descriptors? table  what went with it
---@param isPart? boolean  the rest of the message follows in another write
function journal.wrote(lane, bytes, descriptors, isPart)
  local case = journal.case
  trace(case, "sent", lane, bytes)
  local step = case.steps[#case.steps]
  step.isPart, step.descriptors = isPart or false, descriptors
end

---Notes that something was written again and again.
---@param lane string
---@param bytes string
---@param count integer
function journal.repeated(lane, bytes, count)
  local case = journal.case
  if not case.steps then return end
  trace(case, "repeated", lane, bytes)
  case.steps[#case.steps].count = count
end

---Notes connections that say nothing.
---@param count integer
---@param kind? Kind
function journal.flooded(count, kind)
  local case = journal.case
  if not case.steps then return end
  trace(case, "flooded", "")
  local step = case.steps[#case.steps]
  step.count, step.socketKind = count, kind
end

---Puts itself in the place of the log. Only before the chunks that write it are loaded.
function journal.install()
  host.log, host.logSent, host.logReceived = log, logSent, logReceived
  host.awaitReadyRead = awaitReadyRead
  function host.count() end
  function host.hold() return false end
  -- Every block of fuzzing allows that something is left behind.
  function host.allows() return true end
  local leftovers = host.prelude.leftovers
  function leftovers.unsent() end
  function leftovers.excuse() end
  function host.awaitDeath() end
end

return journal
