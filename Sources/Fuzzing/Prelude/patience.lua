-- How long a reply is waited for: until it is plain that none will come.
--
-- A target all of whose threads sleep, and which has read all that was sent, waits for more. A timer
-- of its own could still wake it; so a message that was only asked for is given up soon, and one
-- that the script insists on has its whole time.

local host = ...

local now = host.localsocket.now

local patience = {}

---Milliseconds before the target is looked at.
local FIRST_LOOK = 2
---How often it has to be asleep, and the microseconds between two looks.
local LOOKS, PAUSE = 3, 50

---Whether nothing is under way in a target.
---@param server Server
---@param socket localsocket.Socket
---@return boolean
local function isIdle(server, socket)
  return host.activity(server.pid) == "asleep" and host.unreadByPeer(socket:socketDescriptor()) == 0
end

---@param server Server
---@param socket localsocket.Socket
---@param wait fun(milliseconds: number): boolean  true ends it
---@return boolean isIdle
local function staysIdle(server, socket, wait)
  for _ = 1, LOOKS do
    if not isIdle(server, socket) then return false end
    host.pause(PAUSE)
    if wait(0) then return false end
  end
  return isIdle(server, socket)
end

local function timeOut(case, reason, timeout)
  case.stalled, case.stalledAfter = reason, timeout
  return false, nil, "SocketTimeoutError"
end

---The clock ticks of a processor that an answer takes at most, and the milliseconds within which a target
---that needs them gets them, also on a machine that has much to do.
local TICKS, SHARE = 5, 2000

---Whether a target goes on computing. One that only waits for a processor is not blamed for that.
local function spins(server)
  local before, deadline = host.processorTime(server.pid), now() + SHARE
  while now() < deadline do
    host.localsocket.sleep(50)
    if host.activity(server.pid) ~= "running" then return false end
    if host.processorTime(server.pid) - before >= TICKS then return true end
  end
  return false
end

---What a target does that has not answered in time.
local function stallOf(server, socket)
  if not server or not server.pid then return "silent" end
  local unread = host.unreadByPeer(socket:socketDescriptor())
  if spins(server) then return "spin" end
  return unread > 0 and host.unreadByPeer(socket:socketDescriptor()) == unread and "deadlock"
    or "silent"
end

---What waits for something that has to come; the others only take what comes.
patience.INSISTING = { expect = true, await = true, seek = true, ["end"] = true, reset = true }
local insisting = patience.INSISTING

---Waits for bytes on a conversation of a case.
---@param case Case
---@param conversation Conversation
---@param timeout number  milliseconds
---@return boolean arrived
---@return string? problem
---@return string? code
function patience.await(case, conversation, timeout)
  local socket, server = conversation.socket, case.server
  local limit = case.wait
  if timeout < 0 or timeout > limit then timeout = limit end
  -- One that looks for the names in its report sleeps, and is not done.
  local isWatched = server and server.pid and not host.prelude.servers.isNaming
  local arrived, problem, code = socket:waitForReadyRead(math.min(timeout, FIRST_LOOK))
  if arrived or code ~= "SocketTimeoutError" then return arrived, problem, code end
  local deadline, step = now() + timeout - FIRST_LOOK, 1
  while now() < deadline and not case.absorbed do
    local ended
    local function wait(milliseconds)
      arrived, problem, code = socket:waitForReadyRead(milliseconds)
      ended = arrived or code ~= "SocketTimeoutError"
      return ended
    end
    local isWaiting = isWatched and not insisting[conversation.wait.kind]
      and staysIdle(server, socket, wait)
    if ended then return arrived, problem, code end
    if isWaiting then return timeOut(case, "waiting", timeout) end
    if wait(math.min(step, math.max(0, deadline - now()))) then return arrived, problem, code end
    step = math.min(step * 2, 20)
  end
  return timeOut(case, stallOf(server, socket), timeout)
end

---Looks at a target that is busy, before the pauses between two begin, and their microseconds.
local HASTY, REST = 50, 20

---Waits until a target is done with all that it was sent.
---@param server Server
---@param limit number  milliseconds
---@return boolean isAsleep  and there
function patience.settle(server, limit)
  local deadline, looks = false, 0
  while true do
    local activity = host.activity(server.pid)
    if activity == "asleep" or activity == "gone" then return activity == "asleep" end
    deadline = deadline or now() + limit
    if now() >= deadline then return false end
    looks = looks + 1
    host.pause(looks > HASTY and REST or 0)
  end
end

return patience
