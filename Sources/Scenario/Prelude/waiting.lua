-- The wait of one conversation: its total deadline, what it waits for, and how it fails.

local host = ...
local class, deadlines, later = host.prelude.class, host.prelude.deadlines, host.prelude.later
local describe, failure, quantities = later.describe, later.failure, later.quantities

local now, awaitReadyRead, settings = host.localsocket.now, host.awaitReadyRead, host.options

---@alias WaitKind "expect"|"await"|"seek"|"receive"|"messages"|"end"|"reset"|"quiet"|"accept"|"connect"

local subjects = {
  receive = "a message on «%s»",
  messages = "a message on «%s»",
  ["end"] = "the end of «%s»",
  reset = "a reset of «%s»",
  quiet = "silence on «%s»",
  accept = "a connection to «%s»",
  connect = "«%s» to accept the connection",
}

local waits = {}

---What a wait is for, as a report says it.
---@param kind WaitKind
---@param lane string
---@param pattern? any  of "expect", "await" and "seek"
---@return string
function waits.describe(kind, lane, pattern)
  if kind == "expect" or kind == "await" then
    local form = type(pattern) == "function" and "a message that suits %s on «%s»" or "%s on «%s»"
    return form:format(describe.value(pattern), lane)
  end
  if kind == "seek" then
    return ("%s in what comes on «%s»"):format(describe.value(pattern), lane)
  end
  return subjects[kind]:format(lane)
end

---How a conversation ended, as the end of a sentence; any other ending is the socket's own.
waits.CLOSED = "the peer closed the connection"
waits.RESET = "the peer reset the connection"
waits.CLOSED_HERE = "this script closed it"
waits.ENDED_HERE = "the end of the scenario closed it"

---@class Wait: Source
---@field socket localsocket.Socket
---@field lane string
---@field codec Codec
---@field reader Reader|false
---@field kind WaitKind
---@field pattern any
---@field timeout number  milliseconds; negative waits for ever
---@field deadline number|false  when it is over; false until it has to wait
---@field mayExpire boolean  a time-out is a result, no failure
---@field ending string|false  how the conversation ended
---@field read fun(socket: localsocket.Socket): string|false|nil, string?, string?  takes what has
---  come, as `readAll` does
---@field nothing string|false  what `read` gives while nothing has come
---@field progress (fun(): string?)|false  what has come of a verb that takes several messages
---@field isTold? boolean  a failure has told the script of the end, and may have been caught
---@field isLate boolean  the time-out has passed, and only what comes late is looked for
---@field isParked boolean  somebody waits, or was cancelled there
local Wait = class.make("wait", { expired = "expiring" })
waits.class = Wait

---What is waited for on a socket or a server: looked up when a report asks, so that a wait need not tell.
---@type table<localsocket.Socket|localsocket.Server, { kind: WaitKind, lane: string, pattern: any }>
local bySource = setmetatable({}, { __mode = "k" })

---Makes known what a wait on a server is for.
---@param server localsocket.Server
---@param lane string
function waits.ofServer(server, lane)
  bySource[server] = { kind = "accept", lane = lane, pattern = false }
end

---What has come of an unfinished message, as the end of a sentence: '5 bytes "+PONG" wait for a line
---end'; nil for nothing.
---@param codec Codec
---@param bytes string
---@return string?
local function unfinished(codec, bytes)
  local size = #bytes
  if size == 0 then return nil end
  return ("%s %s %s for %s"):format(
    quantities.count(size, "byte"), describe.bytes(bytes, 60), size == 1 and "waits" or "wait",
    codec.awaits or "the rest of the message")
end

---What is waited for on a socket or a server, and what has come of it, as a report says it; nil when
---the prelude does not know.
---@param source localsocket.Socket|localsocket.Server
---@return string? subject
---@return string? lane
function waits.subjectOf(source)
  local wait = bySource[source]
  if not wait then return nil end
  local subject = waits.describe(wait.kind, wait.lane, wait.pattern)
  local rest = wait.reader and unfinished(wait.codec, wait.reader:pending())
  return rest and subject .. "; " .. rest or subject, wait.lane
end

class.defaults(Wait, { "isLate" })

local function readAll(socket)
  return socket:readAll()
end

---@param socket localsocket.Socket
---@param lane string
---@param codec Codec
---@return Wait
function waits.new(socket, lane, codec)
  local wait = setmetatable({
    socket = socket, lane = lane, codec = codec, reader = false,
    kind = "receive", pattern = false, timeout = 0, deadline = false, mayExpire = false,
    ending = false, progress = false, isParked = false, read = readAll, nothing = "",
  }, Wait)
  bySource[socket] = wait
  return wait
end

---@class Span  one deadline for all messages that a verb takes
---@field timeout number  milliseconds; negative is for ever
---@field deadline number|false
---@field progress fun(): string?  says what has come of them, as the end of a sentence

---Fails where another actor waits on a socket or a server.
---@param source localsocket.Socket|localsocket.Server
---@param lane string
function waits.checkAlone(source, lane)
  local rival = host.rival(source)
  if not rival then return end
  failure.raise {
    kind = "assertion", lane = lane,
    message = ("two actors cannot wait on «%s» at once: %s"):format(lane, rival),
  }
end

---Starts a wait; its deadline counts from the first time that it has to wait.
---@param kind WaitKind
---@param pattern any  of "expect", "await" and "seek", else false
---@param timeout? number  milliseconds; nil is the scenario's `wait`
---@param span? Span  one deadline for several waits
function Wait:begin(kind, pattern, timeout, span)
  if self.isParked then
    waits.checkAlone(self.socket, self.lane)
    self.isParked = false
  end
  timeout = timeout or settings.wait
  if deadlines.count > 0 then timeout = deadlines.limit(timeout) end
  self.kind, self.pattern, self.timeout = kind, pattern, timeout
  self.deadline, self.mayExpire, self.progress = false, false, false
  if span then self.deadline, self.progress = span.deadline, span.progress end
end

---Waits that are shorter, in milliseconds, leave no event: they are no news.
local TOLD = 1

---Waits once for the socket, as its `waitForReadyRead`.
local function await(self, time)
  local timeout, deadline = self.timeout, self.deadline
  if deadline then
    timeout = deadline - time
    if timeout <= 0 then return false, nil, "SocketTimeoutError" end
  elseif timeout >= 0 then
    self.deadline = time + timeout
  end
  -- Where the time-out is an answer, as in `quiet`, the wait is for the clock and no part of a deadlock.
  if self.mayExpire then return self.socket:waitForReadyRead(timeout) end
  return awaitReadyRead(self.socket, timeout)
end

---Waits once, and leaves an event of it.
local function park(self)
  local start = now()
  self.isParked = true
  local arrived, problem, reason = await(self, start)
  self.isParked = false
  local duration = now() - start
  -- What is looked for after a time-out, `observe` tells.
  if duration >= TOLD and not self.isLate then
    host.log("waited", self.lane, waits.describe(self.kind, self.lane, self.pattern), duration)
  end
  return arrived, problem, reason
end

---How the conversation has ended, as far as anybody has noticed; nil while it goes on.
---@return string?
function Wait:closing()
  if self.ending then return self.ending end
  if self.socket:error() ~= "PeerClosedError" then return nil end
  return host.wasReset(self.socket) and waits.RESET or waits.CLOSED
end

---Keeps the ending, which a socket tells once. Both ends of a peer are "PeerClosedError", as in Qt.
local function finish(self, message, code)
  if not self.ending then
    local isReset = code == "PeerClosedError" and host.wasReset(self.socket)
    self.ending = isReset and waits.RESET or code == "PeerClosedError" and waits.CLOSED or message
    host.log(isReset and "reset" or "ended", self.lane)
  end
  return nil, self.ending
end

---The bytes that have come, or nil and how it ended; nil alone if the wait may expire and did.
---@return string?
---@return string? ending
function Wait:pull()
  if self.ending then return nil, self.ending end
  local socket, read, nothing = self.socket, self.read, self.nothing
  local chunk, message, code = read(socket)
  while chunk == nothing do
    local arrived, problem, reason = park(self)
    chunk, message, code = read(socket)
    if chunk == nothing and not arrived then
      if reason ~= "SocketTimeoutError" then self:ended(problem) end
      if self.mayExpire then return nil end
      self:expired()
    end
  end
  if chunk then return chunk end
  return finish(self, message, code)
end

---What the other end may pause for while it sends, in milliseconds.
local MOMENT = 1

---The bytes that have come, or come within a moment.
---@return string?
function Wait:soon()
  if self.ending then return nil end
  local socket, read, nothing = self.socket, self.read, self.nothing
  local chunk, message, code = read(socket)
  if chunk == nothing then
    self.isParked = true
    local arrived = socket:waitForReadyRead(MOMENT)
    self.isParked = false
    if arrived then chunk, message, code = read(socket) end
  end
  if not chunk then finish(self, message, code) end
  return chunk ~= nothing and chunk or nil
end

---Takes in all that has come, without waiting.
---@param isHere? boolean  the kernel keeps what it has
---@return string unread  what belongs to no message that was taken
function Wait:takeIn(isHere)
  local chunk
  if not self.ending then
    if not isHere then host.receiveAvailable(self.socket) end
    chunk = self.read(self.socket)
  end
  while chunk and chunk ~= self.nothing do
    self.reader:add(chunk)
    chunk = self.read(self.socket)
  end
  return self.reader:unread()
end

---What has come of what is awaited, as ends of a sentence; false or nil for nothing.
---@return string|false? progress  of a verb that takes several messages
---@return string? rest  what has come of an unfinished message
function Wait:partly()
  local unread = self.reader:unread()
  if unread ~= "" then host.log("unread", self.lane, unread) end
  return self.progress and self.progress(), unfinished(self.codec, unread)
end

---A sentence of those of its parts that there are.
---@param ... string|false?
---@return string
function waits.sentence(...)
  local parts = {}
  for index = 1, select("#", ...) do parts[#parts + 1] = select(index, ...) or nil end
  return table.concat(parts, "; ")
end

---What had come before the wait, as notes: none where no message had.
---@return string[]
function Wait:before()
  local reader = self.reader
  if reader.messages == 0 then return {} end
  return { ("before it %s (%s) came"):format(
    quantities.count(reader.messages, "message"), quantities.count(reader.size, "byte")) }
end

---Fails with the end of the conversation.
---@param ending? string  nil where only what comes late is looked for, and that is over
function Wait:ended(ending)
  if self.isLate then error({ isEnd = true, ending = ending }, 0) end
  self.isTold = true
  local problem = ("waited for %s, but %s"):format(
    waits.describe(self.kind, self.lane, self.pattern), ending)
  failure.raise {
    kind = "closed", lane = self.lane, notes = self:before(),
    message = waits.sentence(problem, self:partly()),
  }
end

---Fails with bytes that are no message.
---@param problem string
---@param consumed integer  how many bytes of the message stand before that
function Wait:malformed(problem, consumed)
  local unread = self.reader:unread()
  host.log("unread", self.lane, unread)
  failure.raise {
    kind = "mismatch", lane = self.lane, notes = self:before(),
    actual = describe.bytes(unread),
    message = ("malformed %s on «%s»: %s, read up to byte %d of the message"):format(
      self.codec.name or "message", self.lane, problem, consumed),
  }
end

return waits
