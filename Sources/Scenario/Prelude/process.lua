-- A process under test.

local host = ...
local prelude = host.prelude
local class, commands, conversations = prelude.class, prelude.command, prelude.conversation
local describe, failure, lifetimes = prelude.describe, prelude.failure, prelude.lifetimes
local names = prelude.names
local notifications, options, quantities = prelude.notifications, prelude.options, prelude.quantities

local countAssertion = host.count
local await, ending, timedOut = lifetimes.await, lifetimes.ending, lifetimes.timedOut
local output, endedWithout = lifetimes.output, lifetimes.endedWithout

---@class Process
---@field pid integer
---@field name string  as reports show it
---@field stdin Conversation|false  of lines; false where a conversation was given away
---@field stdout Conversation|false
---@field stderr Conversation|false
---@field package native table  the host's process
---@field package isNotifying boolean  it was given a socket for notifications
---@field package notifier localsocket.Socket|false  that socket
---@field package notifications Notification[]
---@field package nextNotification integer
---@field package searched { [boolean]: integer }  where the log was last found, by "in stderr"
local Process = class.make("process")
class.checkReceivers(Process, "p")

local processes = { class = Process }

-- Readiness

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

---Fails because it does not get ready.
local function notReady(self, readiness, timeout, awaited)
  local message = ("«%s» was not ready in %s: waited for it %s"):format(
    self.name, quantities.duration(timeout), readiness.title)
  local notes = output(self)
  timedOut(self, timeout, awaited, message, #notes == 0 and { "it has written nothing" } or notes)
end

---@param self Process
---@param readiness Readiness
local function awaitReady(self, readiness)
  local timeout = readiness.timeout or host.options.wait
  local awaited = {
    subject = ("«%s» %s"):format(self.name, readiness.title),
    pause = readiness.isPolled and 1 or nil,
    attempt = function()
      if readiness:holds(self) then return "ready" end
      return self.native:ending() and "ended"
    end,
    told = function(result)
      return result == "ready" and readiness.result or "it " .. ending(self)
    end,
  }
  local result = await(self, timeout, awaited)
  if result == "ended" then diedEarly(self, readiness.title) end
  if not result then notReady(self, readiness, timeout, awaited) end
  host.log("ready", self.name, readiness.result)
  self.native:noteSockets()
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

---Gives the process all that there is to read, of which it may leave what it likes; a terminal tells the
---end by a key.
local function giveInput(self, given)
  if not given.input then return end
  local bytes = given.pty and given.input .. "\4" or given.input
  host.logSent(self.stdin.name, bytes)
  self.stdin.socket:write(bytes)
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
---@param isAwaited? boolean  the caller waits until it is ready
---@return Process
function processes.spawn(command, address, isAwaited)
  local request, given, listeners = commands.read(command)
  local readiness = given.ready
  request.name = names.take(given.name or names.ofPath(request.program))
  if readiness and readiness.name then readiness.name = address(readiness.name) end
  local socket = readiness and readiness.notifies and openNotifications(request, address)
  local native, problem = host.spawn(request)
  if not native then unavailable(request.name, problem) end
  local process = setmetatable({
    pid = native:pid(), name = request.name, native = native, stdin = false, stdout = false,
    stderr = false, isNotifying = socket and true or false, notifications = {},
    nextNotification = 1, notifier = socket or false,
    searched = { [false] = 0, [true] = 0 },
  }, Process)
  handOver(native, listeners, given)
  openStreams(process, given)
  if socket then notifications.serve(process, socket) end
  giveInput(process, given)
  if readiness and not isAwaited then awaitReady(process, readiness) end
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
  local awaited = {
    subject = ("«%s» to write %s"):format(self.name, describe.bytes(text, 60)),
    attempt = function() return self:searchLog(text) or self.native:isSilent() end,
    told = function(result)
      if result == true then return "it " .. ending(self) end
      return ("it wrote %s"):format(describe.bytes(result, 60))
    end,
  }
  local line = await(self, timeout, awaited)
  if not line then timedOut(self, timeout, awaited) end
  if line == true then endedWithout(self, awaited) end
  return line
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

---The next notification that matches; those before it are passed over.
local function takeNotification(self, pattern)
  while self.nextNotification <= #self.notifications do
    local notification = self.notifications[self.nextNotification]
    self.nextNotification = self.nextNotification + 1
    if notifications.matches(notification, pattern) then return notification end
  end
end

---How long what a process has notified last may take to be read, in milliseconds.
local LAST_WORDS = 50

---Waits for a notification that matches; those before it are passed over.
---@param pattern any  a text that begins an assignment, a shape of assignments, a pattern
---@param opts? { timeout?: localsocket.Duration }
---@return Notification
function Process:notified(pattern, opts)
  if pattern == nil then host.misuse("notified needs a pattern, for example \"STATUS=\"") end
  if not self.isNotifying then
    host.misuse(("«%s» has nobody to notify: start it with ready = ready.notify()"):format(self.name))
  end
  countAssertion()
  local timeout = options.timeout(options.check(opts, options.WAIT, "notified"))
  local awaited = {
    subject = ("«%s» to notify %s"):format(self.name, describe.value(pattern)),
    attempt = function() return takeNotification(self, pattern) or self.native:isGone() end,
    told = function(result)
      if result == true then return "it " .. ending(self) end
      return ("it notified %s"):format(describe.bytes(result.text, 60))
    end,
  }
  local notification = await(self, timeout, awaited)
  if notification == true then
    host.localsocket.sleep(LAST_WORDS)
    notification = takeNotification(self, pattern) or endedWithout(self, awaited)
  end
  return notification or timedOut(self, timeout, awaited)
end

-- The end

---Sends a signal.
---@param name string  "HUP" or "SIGHUP"
---@return Process self
function Process:signal(name)
  conversations.flushQueued()  -- what was sent before is with the process before the signal
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

---An end that is right but for its time is no complaint of its own.
local function lateEnd(self, expected)
  local _, value, phrase = self.native:ending()
  if value == expected then self.native:account() end
  return "it " .. phrase
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
  local awaited = {
    subject = ("«%s» to %s"):format(self.name, expectedPhrase(expected)),
    attempt = function() return self.native:ending() end,
    told = function() return lateEnd(self, expected) end,
  }
  if not await(self, timeout, awaited) then timedOut(self, timeout, awaited) end
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
---@param opts? { timeout?: localsocket.Duration }  without one, as long as its `stop` takes
---@return Process self
function Process:stop(opts)
  local given = options.check(opts, options.WAIT, "stop")
  local timeout = given.timeout ~= nil and options.timeout(given) or -1
  local awaited = {
    subject = ("«%s» to stop"):format(self.name),
    attempt = function() return self.native:ending() end,
    told = function() return "it " .. ending(self) end,
  }
  conversations.flushQueued()
  self.native:requestStop()
  if not await(self, timeout, awaited) then timedOut(self, timeout, awaited) end
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

function Process:__close()
  self:stop()
end

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
