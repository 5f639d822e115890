-- A conversation: one end of one connection, in messages.

local host = ...
local prelude = host.prelude
local class, codecs, describe = prelude.class, prelude.codecs, prelude.describe
local difference, failure, hints = prelude.difference, prelude.failure, prelude.hints
local kinds = prelude.kinds
local matching, options, patterns = prelude.matching, prelude.options, prelude.patterns
local quantities, sending, waits = prelude.quantities, prelude.sending, prelude.waiting

local find, log, countAssertion = string.find, host.log, host.count
local logSent, logReceived = host.logSent, host.logReceived

---@class Conversation
---@field name string  as reports show it
---@field socket localsocket.Socket
---@field codec Codec
---@field package encode fun(message: any): string
---@field package decode fun(r: Reader): any
---@field package seek (fun(r: Reader, pattern: any): ...)|false
---@field package reader Reader
---@field package wait Wait
---@field package write fun(socket: localsocket.Socket, bytes: string): integer?, string?
---@field packet table|false  the last one of a socket that keeps boundaries, as of `receiveMessage`
---@field package chunk integer|false
---@field package gap number|false
local Conversation = class.make("conversation")

local conversations = {}

---What every function that makes a conversation takes.
conversations.OPTIONS = {
  codec = codecs.TYPES, kind = "string", name = "string", chunk = sending.OPTIONS.chunk,
  gap = sending.OPTIONS.gap,
}

---@type table<Conversation, boolean>  those that are not closed
local open = {}

local function write(socket, bytes)
  return socket:write(bytes)
end

---@param socket localsocket.Socket  connected
---@param name string
---@param given table  checked options
---@param accepts? boolean  it is the side that accepted the connection
---@return Conversation
function conversations.new(socket, name, given, accepts)
  local codec = codecs.find(given.codec, given.kind)
  local wait = waits.new(socket, name, codec)
  local reader = prelude.reader.new(wait)
  wait.reader = reader
  local chunk, gap = sending.pieces(given, name)
  local conversation = setmetatable({
    name = name, socket = socket, codec = codec,
    encode = accepts and codec.encodeReply or codec.encode, decode = codec.decode,
    seek = codec.seek or false, reader = reader, wait = wait, chunk = chunk, gap = gap,
    write = write,
  }, Conversation)
  -- A peer may end what it sends and wait for the answer.
  host.allowHalfOpen(socket)
  if kinds.keepsBoundaries(given.kind) then kinds.attach(conversation) end
  open[conversation] = true
  return conversation
end

---Closes every conversation that is open, in the order of their names.
---@param except? table<Conversation, boolean>
function conversations.closeAll(except)
  local remaining = {}
  for conversation in pairs(open) do
    if not (except and except[conversation]) then remaining[#remaining + 1] = conversation end
  end
  table.sort(remaining, function(left, right) return left.name < right.name end)
  for _, conversation in ipairs(remaining) do conversation:close() end
end

---Fails because the socket takes no bytes; a connection that has ended says that best.
local function refused(self, problem)
  failure.raise {
    kind = "closed", lane = self.name,
    message = ("«%s» cannot send: %s"):format(self.name, self.wait:closing() or problem),
  }
end

---Fails where a peer that has ended takes nothing any more either.
local function checkPeer(self)
  self.socket:flush()
  if not self.socket:isValid() then refused(self) end
end

---Encodes and queues each message.
---@param message any  what the codec encodes
---@param ... any  further messages
---@return Conversation self
function Conversation:send(message, ...)
  local bytes = self.encode(message)
  if self.chunk or self.gap then
    logSent(self.name, bytes)
    local problem = sending.inPieces(self.write, self.socket, bytes, self.chunk, self.gap)
    if problem then refused(self, problem) end
  else
    local count, problem = self.write(self.socket, bytes)
    if not count then refused(self, problem) end
    logSent(self.name, bytes)
  end
  if self.wait.ending then checkPeer(self) end
  if select("#", ...) > 0 then return self:send(...) end
  return self
end

---Sends bytes past the codec.
---@param bytes string
---@param opts? { chunk?: integer, gap?: localsocket.Duration }  the most bytes of one write, and
---  the pause between two
---@return Conversation self
function Conversation:raw(bytes, opts)
  if type(bytes) ~= "string" then
    host.misuse("raw sends a string, not " .. describe.value(bytes))
  end
  local given = options.check(opts, sending.OPTIONS, "raw")
  if self.reader.keepsBoundaries then kinds.checkWhole(given, "raw") end
  local chunk, gap = sending.pieces(given, "raw")
  logSent(self.name, bytes)
  local problem = sending.inPieces(
    self.write, self.socket, bytes, chunk or self.chunk, gap or self.gap)
  if problem then refused(self, problem) end
  if self.wait.ending then checkPeer(self) end
  return self
end

---The next message; the common path of all that take one, so it makes no table and no closure.
local function take(self, kind, pattern, opts)
  local reader = self.reader
  self.wait:begin(kind, pattern, opts and options.timeout(options.check(opts, options.WAIT, kind)))
  reader:begin()
  local message = self.decode(reader)
  logReceived(self.name, reader:commit())
  return message
end

local function mismatch(self, pattern, message)
  local show = self.codec.show or describe.value
  failure.raise(difference.add({
    kind = "mismatch", lane = self.name, notes = hints.of(pattern, message),
    message = ("expected the next message on «%s» to match %s, got %s"):format(
      self.name, describe.value(pattern), show(message)),
  }, matching.matches, pattern, message))
end

local function withCaptures(self, pattern, message, first, _, ...)
  if not first then mismatch(self, pattern, message) end
  return message, ...
end

---What was found in a stream, once it is out of the reader.
local function found(self, ...)
  logReceived(self.name, self.reader:commit())
  return ...
end

local function seek(self, pattern, opts)
  local timeout = opts and options.timeout(options.check(opts, options.WAIT, "expect"))
  self.wait:begin("seek", pattern, timeout)
  self.reader:begin()
  return found(self, self.seek(self.reader, pattern))
end

---Waits for the next message, whatever it is; on a stream for what comes next.
---@param opts? { timeout?: localsocket.Duration }
---@return any message
function Conversation:receive(opts)
  return take(self, "receive", false, opts)
end

---The next message must match; on a stream the pattern is looked for in what comes.
---@param pattern any  a literal, a table shape, a predicate or a pattern
---@param opts? { timeout?: localsocket.Duration }
---@return any message  on a stream the text that was found
---@return string ...  captures of `pattern(…)`
function Conversation:expect(pattern, opts)
  if pattern == nil then host.misuse("expect needs a pattern; receive takes any message") end
  countAssertion()
  if self.seek then return seek(self, pattern, opts) end
  local message = take(self, "expect", pattern, opts)
  if message == pattern then return message end
  if patterns.isPattern(pattern) and pattern.kind == "text" and type(message) == "string" then
    return withCaptures(self, pattern, message, find(message, pattern.text))
  end
  if not matching.matches(pattern, message) then mismatch(self, pattern, message) end
  return message
end

---Sends a message and takes the next one.
---@param message any
---@param pattern? any  that the answer must match
---@param opts? { timeout?: localsocket.Duration }
---@return any answer
---@return string ...  captures of `pattern(…)`
function Conversation:call(message, pattern, opts)
  self:send(message)
  if pattern == nil then return self:receive(opts) end
  return self:expect(pattern, opts)
end

local function nextMessage(self)
  self.wait:begin("messages", false, -1)
  if not self.reader:more() then return nil end
  local message = self.decode(self.reader)
  logReceived(self.name, self.reader:commit())
  return message
end

---Iterates over the messages until the peer closes, without a deadline.
---@return fun(self: Conversation): any
---@return Conversation
function Conversation:messages()
  return nextMessage, self
end

local function unwanted(self, expectation)
  local unread = self.reader:unread()
  log("unread", self.name, unread)
  failure.raise {
    kind = "mismatch", lane = self.name, actual = unread, isBytes = true,
    message = ("expected %s, but %s came: %s"):format(
      expectation, quantities.count(#unread, "byte"), describe.bytes(unread, 60)),
  }
end

local endOptions = { timeout = options.DURATION, reset = "boolean" }

---Waits until the peer closes, or ends what it sends, with nothing before that.
---@param opts? { timeout?: localsocket.Duration, reset?: boolean }  reset: wants ECONNRESET
---@return Conversation self
function Conversation:expectEnd(opts)
  local given = options.check(opts, endOptions, "expectEnd")
  countAssertion()
  local kind = given.reset and "reset" or "end"
  self.wait:begin(kind, false, options.timeout(given))
  local came, ending = self.reader:more()
  if came then unwanted(self, waits.describe(kind, self.name)) end
  if (ending == waits.RESET) ~= (given.reset or false) then
    failure.raise {
      kind = "closed", lane = self.name,
      message = ("expected %s, but %s"):format(
        waits.describe(kind, self.name), ending),
    }
  end
  return self
end

---Nothing may come, and the peer may not close, for so long.
---@param duration localsocket.Duration
---@return Conversation self
function Conversation:quiet(duration)
  local milliseconds = options.span(duration, "duration")
  countAssertion()
  local wait = self.wait
  wait:begin("quiet", false, milliseconds)
  wait.mayExpire = true
  -- That nothing can come is what is wanted here; a timer that outlasts it tells it from a deadlock.
  local pending = host.localsocket.after(milliseconds + 1000, function() end)
  local came, ending = self.reader:more()
  pending:cancel()
  local expectation = ("%s for %s"):format(
    waits.describe("quiet", self.name), quantities.duration(milliseconds))
  if came then unwanted(self, expectation) end
  if ending then
    failure.raise {
      kind = "closed", lane = self.name,
      message = ("expected %s, but %s"):format(expectation, ending),
    }
  end
  return self
end

local function finish(self)
  open[self] = nil
  self.wait.ending = self.wait.ending or waits.CLOSED_HERE
end

---Closes once everything queued is written, as `QLocalSocket::disconnectFromServer`.
function Conversation:close()
  if not open[self] then return end
  finish(self)
  self.socket:disconnectFromServer()
  log("closed", self.name)
end

---Closes at once, as `QLocalSocket::abort`: what is queued is lost.
function Conversation:abort()
  if not open[self] then return end
  finish(self)
  self.socket:abort()
  log("aborted", self.name)
end

Conversation.__close = Conversation.close

function Conversation:__tostring()
  return "«" .. self.name .. "»"
end

return conversations
