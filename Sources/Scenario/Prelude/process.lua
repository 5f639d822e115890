-- A process under test.

local host = ...
local prelude = host.prelude
local class, commands, conversations = prelude.class, prelude.command, prelude.conversation
local describe, failure, names = prelude.describe, prelude.failure, prelude.names
local notifications, options, quantities = prelude.notifications, prelude.options, prelude.quantities

local now, countAssertion = host.localsocket.now, host.count

---@class Process
---@field pid integer
---@field name string  as reports show it
---@field stdin Conversation|false  of lines; false where a conversation was given away
---@field stdout Conversation|false
---@field stderr Conversation|false
---@field package native table  the host's process
---@field package notifications Notification[]
---@field package nextNotification integer
---@field package searched { [boolean]: integer }  where the log was last found, by "in stderr"
local Process = class.make("process")
class.checkReceivers(Process, "p")

local processes = { class = Process }

-- Waiting

---Waits until something about the process has brought a result.
---@param self Process
---@param timeout number  milliseconds; negative waits for ever
---@param subject string
---@param attempt fun(): any  nil or false as long as there is none
---@param pause? integer  milliseconds after which to look again; it doubles up to 50
---@return any result  nil when the time is up
local function await(self, timeout, subject, attempt, pause)
  local deadline = timeout >= 0 and now() + timeout
  while true do
    local result = attempt()
    if result then return result end
    local left = deadline and deadline - now() or -1
    if deadline and left <= 0 then return nil end
    if pause and (left < 0 or pause < left) then left, pause = pause, math.min(2 * pause, 50) end
    self.native:await(left, subject)
  end
end

---The last lines of the process as notes of a failure.
local function output(self, notes)
  notes = notes or {}
  for _, line in ipairs(self.native:lastLines(8)) do
    notes[#notes + 1] = "its output: " .. line
  end
  return notes
end

---Fails because the process has ended before what was waited for.
local function diedEarly(self, subject)
  local _, _, phrase = self.native:ending()
  local complaint, lines, isCrash = self.native:complaint()
  self.native:tell()
  failure.raise {
    kind = isCrash and "crash" or "closed", lane = self.name,
    notes = #(lines or {}) > 0 and lines or output(self),
    message = ("«%s» (pid %d) %s before it was ready: waited for it %s"):format(
      self.name, self.pid, complaint or phrase, subject),
  }
end

local function timedOut(self, timeout, subject)
  failure.raise {
    kind = "timeout", lane = self.name, subject = subject, notes = output(self),
    message = ("waited %s for %s"):format(quantities.duration(timeout), subject),
  }
end

---Fails because what was waited for does not come.
local function notReady(self, readiness, timeout, subject)
  local notes = output(self)
  if #notes == 0 then notes = { "it has written nothing" } end
  failure.raise {
    kind = "timeout", lane = self.name, subject = subject, notes = notes,
    message = ("«%s» was not ready in %s: waited for it %s"):format(
      self.name, quantities.duration(timeout), readiness.title),
  }
end

---@param self Process
---@param readiness Readiness
local function awaitReady(self, readiness)
  local timeout = readiness.timeout or host.options.wait
  local subject = ("«%s» %s"):format(self.name, readiness.title)
  local result = await(self, timeout, subject, function()
    if readiness:holds(self) then return "ready" end
    return self.native:ending() and "ended"
  end, readiness.isPolled and 1 or nil)
  if result == "ended" then diedEarly(self, readiness.title) end
  if not result then notReady(self, readiness, timeout, subject) end
  host.log("ready", self.name, readiness.result)
end

-- Starting

local streamOptions = { codec = "line" }

local function conversation(self, stream, name)
  local made = conversations.new(stream, self.name .. name, streamOptions)
  made.isOutput = true
  return made
end

local function openStreams(self, given)
  local input, out, errors = self.native:streams()
  if given.pty then
    local terminal = conversation(self, input, ".terminal")
    self.stdin, self.stdout, self.stderr = terminal, terminal, terminal
    return
  end
  self.stdin = input and conversation(self, input, ".stdin")
  self.stdout = out and conversation(self, out, ".stdout")
  self.stderr = conversation(self, errors, ".stderr")
end

---Writes all that the process is to read; a terminal tells the end by a key.
local function writeInput(self, given)
  if not given.input then return end
  self.stdin:raw(given.pty and given.input .. "\4" or given.input)
  if not given.pty then self.stdin:close() end
end

local function handOver(native, listeners, given)
  -- Only the process accepts now; the file stays the listener's.
  for _, listener in ipairs(listeners) do
    listener.server:setMaxPendingConnections(0)
    listener.isServed = true
  end
  if given.stdin then given.stdin:handOver(native) end
end

local function unavailable(name, message)
  failure.raise { kind = "environment", lane = name, message = message }
end

---Binds the socket for notifications and tells the process of it.
local function openNotifications(request, address)
  local path = address(request.name .. ".notify")
  local socket, problem = notifications.open(path)
  if not socket then unavailable(request.name, problem) end
  table.insert(request.environment, { "NOTIFY_SOCKET", path })
  return socket
end

---Starts a process and waits until it is ready.
---@param command Command
---@param address fun(name: string): string  what a bare name of a socket means
---@return Process
function processes.spawn(command, address)
  local request, given, listeners = commands.read(command)
  local readiness = given.ready
  request.name = names.take(given.name or names.ofPath(request.program))
  if readiness and readiness.name then readiness.name = address(readiness.name) end
  local socket = readiness and readiness.notifies and openNotifications(request, address)
  local native, problem = host.spawn(request)
  if not native then unavailable(request.name, problem) end
  local process = setmetatable({
    pid = native:pid(), name = request.name, native = native, stdin = false, stdout = false,
    stderr = false, notifications = {}, nextNotification = 1,
    searched = { [false] = 0, [true] = 0 },
  }, Process)
  handOver(native, listeners, given)
  openStreams(process, given)
  if socket then notifications.serve(process, socket) end
  writeInput(process, given)
  if readiness then awaitReady(process, readiness) end
  return process
end

-- The log

---Looks for a text in what the process has written since the last one that was found.
---@param text string
---@return string? line  that holds it, as far as it has come
function Process:searchLog(text)
  for _, inErrors in ipairs { false, true } do
    local line, position = self.native:find(text, inErrors, self.searched[inErrors])
    if line then
      self.searched[inErrors] = position
      return line
    end
  end
end

---Waits until the process has written a text, to its standard output or its standard error.
---@param text string  searched for as it is, in what has come since the last text that was found
---@param opts? { timeout?: localsocket.Duration }
---@return string line  that holds it
function Process:awaitLog(text, opts)
  if type(text) ~= "string" or text == "" then
    host.misuse("awaitLog looks for a text, not " .. describe.value(text))
  end
  countAssertion()
  local timeout = options.timeout(options.check(opts, options.WAIT, "awaitLog"))
  local subject = ("«%s» to write %s"):format(self.name, describe.bytes(text, 60))
  local line = await(self, timeout, subject, function()
    return self:searchLog(text) or self.native:isSilent() and { }
  end)
  if type(line) == "string" then return line end
  if not line then timedOut(self, timeout, subject) end
  local _, _, phrase = self.native:ending()
  failure.raise {
    kind = "closed", lane = self.name, subject = subject, notes = output(self),
    message = ("waited for %s, but it %s"):format(subject, phrase),
  }
end

-- Notifications

---Whether an assignment was notified.
---@param name string
---@param value string
---@return boolean
function Process:hasNotified(name, value)
  for _, notification in ipairs(self.notifications) do
    if notification[name] == value then return true end
  end
  return false
end

---Waits for a notification that matches; those before it are passed over.
---@param pattern any  a text that begins an assignment, a shape of assignments, a pattern
---@param opts? { timeout?: localsocket.Duration }
---@return Notification
function Process:notified(pattern, opts)
  if pattern == nil then host.misuse("notified needs a pattern, for example \"STATUS=\"") end
  countAssertion()
  local timeout = options.timeout(options.check(opts, options.WAIT, "notified"))
  local subject = ("«%s» to notify %s"):format(self.name, describe.value(pattern))
  local notification = await(self, timeout, subject, function()
    while self.nextNotification <= #self.notifications do
      local notification = self.notifications[self.nextNotification]
      self.nextNotification = self.nextNotification + 1
      if notifications.matches(notification, pattern) then return notification end
    end
  end)
  if not notification then timedOut(self, timeout, subject) end
  return notification
end

-- The end

---Sends a signal.
---@param name string  "HUP" or "SIGHUP"
---@return Process self
function Process:signal(name)
  if self.native:signal(name) then return self end
  local _, _, phrase = self.native:ending()
  failure.raise {
    kind = "closed", lane = self.name,
    message = ("«%s» gets no signal: it %s"):format(self.name, phrase or "is not to be signalled"),
  }
end

local function expectedPhrase(expected)
  if type(expected) == "string" then return "be ended by " .. expected end
  return "exit with status " .. expected
end

---Waits until the process has ended, which must be as expected.
---@param expected? integer|string  an exit status, 0 by default, or a signal such as "SIGSEGV"
---@param opts? { timeout?: localsocket.Duration }
---@return Process self
function Process:expectExit(expected, opts)
  expected = expected or 0
  if type(expected) == "string" and not expected:find("^SIG") then expected = "SIG" .. expected end
  if type(expected) ~= "string" and math.type(expected) ~= "integer" then
    host.misuse("expectExit takes a status or a signal's name, not " .. describe.value(expected))
  end
  countAssertion()
  local timeout = options.timeout(options.check(opts, options.WAIT, "expectExit"))
  local subject = ("«%s» to %s"):format(self.name, expectedPhrase(expected))
  if not await(self, timeout, subject, function() return self.native:ending() end) then
    timedOut(self, timeout, subject)
  end
  local _, value, phrase = self.native:ending()
  self.native:account()
  if value ~= expected then
    failure.raise {
      kind = "mismatch", lane = self.name, notes = output(self),
      message = ("expected «%s» to %s, but it %s"):format(
        self.name, expectedPhrase(expected), phrase),
    }
  end
  return self
end

---Stops the process as declared, and waits for its end.
---@return Process self
function Process:stop()
  countAssertion()
  self.native:requestStop()
  await(self, -1, ("«%s» to stop"):format(self.name), function() return self.native:ending() end)
  local complaint, lines, isCrash, remedy = self.native:complaint()
  if complaint then
    self.native:tell()
    lines[#lines + 1] = remedy
    failure.raise {
      kind = isCrash and "crash" or "check", lane = self.name, notes = lines,
      message = ("«%s» (pid %d) %s"):format(self.name, self.pid, complaint),
    }
  end
  return self
end

Process.__close = Process.stop

---How many descriptors the process has open.
---@return integer count
---@return table<integer, string> targets  where each of them leads
function Process:openDescriptors()
  local count, targets = self.native:descriptors()
  if count then return count, targets end
  failure.raise { kind = "closed", lane = self.name, message = targets }
end

function Process:__tostring()
  return "«" .. self.name .. "»"
end

return processes
