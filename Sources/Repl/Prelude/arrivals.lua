-- What comes while nobody waits for it: it is taken at once, so that the log has it with its time
-- and the prompt can show it, and kept for the next line that asks.
--
-- Between two lines a reader holds the beginning of a message at most, and the inbox the messages
-- before it, which are in the log. While a line runs nothing is taken: the line is the reader, and
-- reads the inbox first.

local host = ...
local prelude = host.prelude
local conversations, describe, waits = prelude.conversation, prelude.describe, prelude.waiting

local logReceived, localsocket = host.logReceived, host.localsocket
local Conversation, Wait = conversations.class, waits.class

---@class Inbox
---@field conversation Conversation
---@field pending string[]  what was taken and nobody has asked for, oldest first
---@field size integer  the bytes of that
---@field queue string[]|false  while a line or an owner reads: what it reads before the socket
---@field known integer  how many bytes of the queue and the reader are in the log already
---@field owner thread|false  of a task that reads by itself
---@field taker thread|false  which takes what has come
---@field readers integer  how many wait in the conversation
---@field isSeen boolean  what comes answers a line of text, and nobody will ask for it
local inboxes = setmetatable({}, { __mode = "k" })

local arrivals = {
  ---How many messages have come so far.
  count = 0,
  ---Called with each message that is taken.
  taken = function() end,
}

---An inbox that nobody reads forgets its oldest messages, which are in the log.
local MAX_MESSAGES, MAX_BYTES = 1000, 1 << 20

---How many messages are taken before others run.
local BATCH = 64

---@type thread|false  that of the line which runs
local line = false

local NOTHING = setmetatable({}, { __tostring = function() return "nothing has come" end })

---@type table<string, Inbox>  also of conversations that are gone, which the log still has
local byLane = {}

---What a line reads again has been logged when it came.
function host.logReceived(lane, bytes)
  local inbox = byLane[lane]
  if inbox and inbox.known > 0 then
    local known = math.min(inbox.known, #bytes)
    inbox.known = inbox.known - known
    if known == #bytes then return end
    bytes = bytes:sub(known + 1)
  end
  logReceived(lane, bytes)
end

local pull = Wait.pull

local function hasArrived(wait)
  if wait.ending or wait.socket:bytesAvailable() > 0 then return true end
  return wait.socket:error() == "PeerClosedError"
end

---Lets a line or an owner read what is in the inbox.
local function open(inbox)
  inbox.queue, inbox.known = inbox.pending, inbox.size
  inbox.pending, inbox.size = {}, 0
end

local function waitIn(inbox, wait)
  inbox.readers = inbox.readers + 1
  local _ <close> = setmetatable({}, { __close = function() inbox.readers = inbox.readers - 1 end })
  return pull(wait)
end

function Wait:pull()
  local inbox, thread = inboxes[self], coroutine.running()
  if not inbox then return pull(self) end
  if inbox.taker == thread then
    if not hasArrived(self) then error(NOTHING, 0) end
    return pull(self)
  end
  if not inbox.queue then open(inbox) end
  if #inbox.queue > 0 then return table.remove(inbox.queue, 1) end
  if thread ~= line then inbox.owner = thread end
  return waitIn(inbox, self)
end

local function isOwned(inbox)
  return inbox.owner and coroutine.status(inbox.owner) ~= "dead"
end

---Empties the reader.
---@return string  what it held
local function drop(reader)
  local rest = reader:unread()
  reader.buffer, reader.position, reader.start = "", 1, 1
  return rest
end

---Takes the next message, if it has come as a whole.
---@return boolean came
---@return any message
local function take(inbox)
  local conversation = inbox.conversation
  local wait, reader = conversation.wait, conversation.reader
  wait:begin("receive", false, 0)
  wait.mayExpire, wait.isLate = true, true
  reader:begin()
  inbox.taker = coroutine.running()
  local isWhole, message = pcall(conversation.decode, reader)
  inbox.taker, wait.isLate = false, false
  if isWhole then return true, message end
  if message == NOTHING or type(message) == "table" and message.isEnd then return false end
  host.log("note", conversation.name, tostring(message))
  drop(reader)
  return false
end

local function keep(inbox, message)
  local bytes, pending = inbox.conversation.reader:commit(), inbox.pending
  host.logReceived(inbox.conversation.name, bytes)
  arrivals.count = arrivals.count + 1
  arrivals.taken(message)
  if inbox.isSeen then return end
  pending[#pending + 1], inbox.size = bytes, inbox.size + #bytes
  while #pending > 1 and (#pending > MAX_MESSAGES or inbox.size > MAX_BYTES) do
    inbox.size = inbox.size - #table.remove(pending, 1)
  end
end

local function mayTake(inbox)
  return not line and not inbox.taker and inbox.readers == 0 and not isOwned(inbox)
    and not inbox.conversation.wait.ending
end

---Takes all that has come as whole messages.
local function takeAll(inbox)
  for count = 1, math.huge do
    if not mayTake(inbox) then return end
    local came, message = take(inbox)
    if not came then return end
    keep(inbox, message)
    if count % BATCH == 0 then localsocket.sleep(0) end
  end
end

---Puts what a line has left over back: what the log knows into the inbox, the rest into the reader.
local function close(inbox)
  local reader, queue = inbox.conversation.reader, inbox.queue
  if reader.keepsBoundaries then
    inbox.pending, inbox.size, inbox.queue, inbox.known = queue, 0, false, 0
    return
  end
  local rest = drop(reader) .. table.concat(queue)
  inbox.queue, inbox.size = false, math.min(inbox.known, #rest)
  inbox.pending = inbox.size > 0 and { rest:sub(1, inbox.size) } or {}
  reader.buffer, inbox.known = rest:sub(inbox.size + 1), 0
end

---Lets a line read, in the thread that asks.
function arrivals.beginLine()
  line = coroutine.running()
  for _, inbox in pairs(inboxes) do
    if not inbox.queue and not isOwned(inbox) then
      local rest = drop(inbox.conversation.reader)
      open(inbox)
      if rest ~= "" then table.insert(inbox.queue, rest) end
    end
  end
end

---Takes what has come while a line was running.
function arrivals.endLine()
  line = false
  for _, inbox in pairs(inboxes) do
    if inbox.queue and not isOwned(inbox) then close(inbox) end
    takeAll(inbox)
  end
end

---Forgets what has come: it was seen, and nobody has asked for it.
---@param conversation Conversation
---@param isSeen boolean  so will be what comes until Lua sends again
function arrivals.forget(conversation, isSeen)
  local inbox = inboxes[conversation.wait]
  if not inbox then return end
  inbox.isSeen = isSeen
  if inbox.queue then
    drop(conversation.reader)
    inbox.queue, inbox.known = {}, 0
  end
  inbox.pending, inbox.size = {}, 0
end

local function watch(conversation)
  local socket = conversation.socket
  if not tostring(socket):find("^localsocket%.Socket") then return conversation end
  local inbox = {
    conversation = conversation, pending = {}, size = 0, queue = false, known = 0, owner = false,
    taker = false, readers = 0, isSeen = false,
  }
  inboxes[conversation.wait], byLane[conversation.name] = inbox, inbox
  if line then open(inbox) end
  for _, signal in ipairs { "readyRead", "readChannelFinished", "disconnected" } do
    socket:on(signal, function() takeAll(inbox) end)
  end
  return conversation
end

---The conversations that were made here and are not gone.
---@return Conversation[]
function arrivals.conversations()
  local list = {}
  for _, inbox in pairs(inboxes) do
    local conversation = inbox.conversation
    if inboxes[conversation.wait] == inbox then list[#list + 1] = conversation end
  end
  table.sort(list, function(left, right) return left.name < right.name end)
  return list
end

---A reader of bytes that are all there.
local function readerOf(bytes, conversation)
  local source = {
    codec = conversation.codec,
    pull = function() return nil, "the end" end,
    ended = function() error("the message is not whole", 0) end,
    malformed = function(_, problem) error(problem, 0) end,
  }
  local reader = prelude.reader.new(source)
  reader.buffer, reader.keepsBoundaries = bytes, conversation.reader.keepsBoundaries
  return reader
end

---The message that bytes of a conversation are.
---@param lane string
---@param bytes string
---@return boolean isWhole
---@return any message
function arrivals.decoded(lane, bytes)
  local inbox = byLane[lane]
  if not inbox then return false end
  return pcall(inbox.conversation.decode, readerOf(bytes, inbox.conversation))
end

---The name of the codec of a conversation; nil for one that a script has made.
---@param lane string
---@return string?
function arrivals.codecOf(lane)
  local inbox = byLane[lane]
  return inbox and inbox.conversation.codec.name
end

---A message in the notation of its conversation's codec; nil where it has none.
---@param lane string
---@param bytes string
---@return string?
function arrivals.shown(lane, bytes)
  local isWhole, message = arrivals.decoded(lane, bytes)
  if not isWhole then return nil end
  return (byLane[lane].conversation.codec.show or describe.value)(message)
end

local new, reconnect, send = conversations.new, Conversation.reconnect, Conversation.send

function conversations.new(...) return watch(new(...)) end

function Conversation:reconnect()
  arrivals.forget(self, false)
  reconnect(self)
  watch(self)
  return self
end

---What answers Lua is kept for the line that expects it.
function Conversation:send(...)
  local inbox = inboxes[self.wait]
  if inbox then inbox.isSeen = false end
  return send(self, ...)
end

return arrivals
