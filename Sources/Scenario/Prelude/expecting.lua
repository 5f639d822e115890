-- Taking messages: the next one, the next that matches, one after the other.

local host = ...
local prelude = host.prelude
local codecs, conversations, later = prelude.codecs, prelude.conversation, prelude.later
local describe, difference, failure = later.describe, later.difference, later.failure
local hints, quantities = later.hints, later.quantities
local matching, options, patterns = prelude.matching, prelude.options, prelude.patterns
local waits = prelude.waiting

local checkReceiver = prelude.class.checkReceiver
local countAssertion, logReceived = host.count, host.logReceived
local now = host.localsocket.now

local Conversation, open = conversations.class, conversations.open
local expecting = {}

local function none() end

local function timeoutOf(opts, caller)
  return opts and options.timeout(options.check(opts, options.WAIT, caller))
end

---The next message; the common path of all that take one, so it makes no table and no closure.
local function take(self, kind, pattern, timeout, span)
  local reader, wait = self.reader, self.wait
  wait:begin(kind, pattern, timeout, span)
  reader:begin()
  local message = self.decode(reader)
  logReceived(self.name, reader:commit())
  return message
end

---What was found in a stream, once it is out of the reader.
local function found(self, ...)
  logReceived(self.name, self.reader:commit())
  return ...
end

local function seek(self, pattern, timeout, span)
  self.wait:begin("seek", pattern, timeout, span)
  self.reader:begin()
  return found(self, self.seek(self.reader, pattern))
end

local function mismatch(self, pattern, message, subject)
  local fields = difference.add({ kind = "mismatch", lane = self.name },
    matching.matches, pattern, message)
  local wanted, got = codecs.contrast(self.codec, pattern, message)
  local first = difference.first(fields.difference)
  subject = subject or "the next message"
  if first then
    fields.message = ("%s on «%s» differs at %s"):format(subject, self.name, first)
    fields.notes = difference.sides(wanted, got)
  else
    fields.message = ("expected %s on «%s» to match %s, got %s"):format(
      subject, self.name, wanted, got)
    fields.notes = hints.of(pattern, message)
  end
  local sighting = later.sightings.note(self.name, self.codec, pattern)
  if sighting then
    fields.notes = fields.notes or {}
    table.insert(fields.notes, sighting)
  end
  failure.raise(fields)
end

local function behind(message, matched, ...)
  return matched, message, ...
end

---Whether a message matches a pattern; then the message and the captures.
---@return boolean matched
---@return any message
---@return string ...
local function match(pattern, message)
  if message == pattern then return true, message end
  if patterns.isPattern(pattern) then return behind(message, matching.captured(pattern, message)) end
  return matching.matches(pattern, message), message
end
expecting.match = match

---One deadline for all messages that a verb takes.
---@param opts? { timeout?: localsocket.Duration }
---@param caller string
---@return Span
function expecting.span(opts, caller)
  local timeout = options.timeout(options.check(opts, options.WAIT, caller))
  return { timeout = timeout, deadline = timeout >= 0 and now() + timeout, progress = none }
end

---The next of several messages; on a stream the next text that matches.
---@param self Conversation
---@param pattern any
---@param span Span
---@return any message
function expecting.next(self, pattern, span)
  if self.seek then return (seek(self, pattern, span.timeout, span)) end
  return take(self, "expect", pattern, span.timeout, span)
end

---On a stream the text that stands first of what any of several patterns matches.
---@param self Conversation
---@param list any[]  patterns
---@param span Span
---@return integer index  of its pattern
---@return string found
---@return string ...  captures
function expecting.seekFirst(self, list, span)
  self.wait:begin("seek", patterns.oneOf(list), span.timeout, span)
  self.reader:begin()
  return found(self, self.codec.seekFirst(self.reader, list))
end

---How much of a list of patterns has come, as the end of a sentence.
---@param came integer
---@param wanted integer
---@return string?
function expecting.part(came, wanted)
  return came > 0 and ("%d of %d messages came"):format(came, wanted) or nil
end

---Refuses what is no list of patterns.
---@param list any
---@param caller string
function expecting.checkList(list, caller)
  if type(list) ~= "table" or patterns.isPattern(list) or #list == 0 then
    host.misuse(("%s takes a list of patterns, not %s"):format(caller, describe.value(list)))
  end
  for key in pairs(list) do
    if math.type(key) ~= "integer" or key < 1 or key > #list then
      host.misuse(("%s takes a list of patterns, without the key %s"):format(
        caller, describe.value(key)))
    end
  end
end

---Waits for the next message, whatever it is; on a stream for what comes next.
---@param opts? { timeout?: localsocket.Duration }
---@return any message
function Conversation:receive(opts)
  if not open[self] then checkReceiver(Conversation, "receive", self) end
  return take(self, "receive", false, timeoutOf(opts, "receive"))
end

local function orMismatch(self, pattern, matched, message, ...)
  if matched then return message, ... end
  mismatch(self, pattern, message)
end

---The next message must match; on a stream the pattern is looked for in what comes.
---@param pattern any  a literal, a table shape, a predicate or a pattern
---@param opts? { timeout?: localsocket.Duration }
---@return any message  on a stream the text that was found
---@return string ...  captures of `pattern(…)`
function Conversation:expect(pattern, opts)
  if not open[self] then checkReceiver(Conversation, "expect", self) end
  if pattern == nil then host.misuse("expect needs a pattern; receive takes any message") end
  countAssertion()
  if self.seek then return seek(self, pattern, timeoutOf(opts, "expect")) end
  local message = take(self, "expect", pattern, timeoutOf(opts, "expect"))
  if message == pattern then return message end
  return orMismatch(self, pattern, match(pattern, message))
end

local SHOWN = 5

---The messages that were skipped, as the end of a sentence.
local function nameSkipped(self, skipped)
  if skipped.count == 0 then return nil end
  local shown = {}
  for index, message in ipairs(skipped) do shown[index] = codecs.shown(self.codec, message) end
  local more = skipped.count - #skipped
  return ("skipped %s: %s%s"):format(quantities.count(skipped.count, "message"),
    table.concat(shown, ", "), more > 0 and (" and %d more"):format(more) or "")
end

local function orSkip(self, pattern, span, skipped, matched, message, ...)
  if matched then return message, ... end
  skipped.count = skipped.count + 1
  if skipped.count <= SHOWN then skipped[skipped.count] = message end
  return orSkip(self, pattern, span, skipped,
    match(pattern, take(self, "await", pattern, span.timeout, span)))
end

---Skips messages until one matches; on a stream as `expect`.
---@param pattern any
---@param opts? { timeout?: localsocket.Duration }
---@return any message
---@return string ...  captures of `pattern(…)`
function Conversation:await(pattern, opts)
  if pattern == nil then host.misuse("await needs a pattern; receive takes any message") end
  countAssertion()
  if self.seek then return seek(self, pattern, timeoutOf(opts, "await")) end
  local span, skipped = expecting.span(opts, "await"), { count = 0 }
  function span.progress() return nameSkipped(self, skipped) end
  return orSkip(self, pattern, span, skipped,
    match(pattern, take(self, "await", pattern, span.timeout, span)))
end

---Which message of a sequence this would have been in its place; nil for none.
local function placeOf(list, index, message)
  for other, pattern in ipairs(list) do
    -- A predicate for other messages may fail of this one.
    local isFine, isExpected = pcall(match, pattern, message)
    if other ~= index and pattern ~= patterns.any and isFine and isExpected then return other end
  end
end

local function displaced(self, list, index, place, message)
  failure.raise {
    kind = "mismatch", lane = self.name,
    message = ("message %d of %d on «%s» came %s: another order"):format(
      place, #list, self.name, index == 1 and "first" or "as message " .. index),
    notes = difference.sides(codecs.contrast(self.codec, list[index], message)),
  }
end

---Fails for a message that is not the one of its place in a sequence.
local function outOfSequence(self, list, index, message)
  local place = placeOf(list, index, message)
  if place then displaced(self, list, index, place, message) end
  mismatch(self, list[index], message, ("message %d of %d"):format(index, #list))
end

---The next messages must match, one pattern each, in this order.
---@param list any[]  patterns
---@param opts? { timeout?: localsocket.Duration }  for all of them
---@return any[] messages
function Conversation:expectSequence(list, opts)
  expecting.checkList(list, "expectSequence")
  local span, messages = expecting.span(opts, "expectSequence"), {}
  countAssertion()
  function span.progress() return expecting.part(#messages, #list) end
  for index, pattern in ipairs(list) do
    local message = expecting.next(self, pattern, span)
    if not self.seek and not match(pattern, message) then
      outOfSequence(self, list, index, message)
    end
    messages[index] = message
  end
  return messages
end

---Sends a message and takes the next one.
---@param message any
---@param pattern? any  that the answer must match
---@param opts? { timeout?: localsocket.Duration }
---@return any answer
---@return string ...  captures of `pattern(…)`
function Conversation:call(message, pattern, opts)
  if not open[self] then checkReceiver(Conversation, "call", self) end
  self:send(message)
  if pattern == nil then return self:receive(opts) end
  return self:expect(pattern, opts)
end

local function nextMessage(self)
  self.wait:begin("messages", false, -1)
  local came, ending = self.reader:more()
  if not came then
    -- A client that goes without a word is no news to a server, but the other way round it is.
    if self.dial and ending == waits.RESET then self.wait:ended(ending) end
    return nil
  end
  local message = self.decode(self.reader)
  logReceived(self.name, self.reader:commit())
  return message
end

---Iterates over the messages until the peer closes, without a deadline. Where the script has
---connected, a reset is a failure.
---@return fun(self: Conversation): any
---@return Conversation
function Conversation:messages()
  return nextMessage, self
end

return expecting
