-- What comes while nobody waits for it: it is taken at once, so that the log has it with its time
-- and the prompt can show it, and kept for the next line that asks.
--
-- The reader of such a conversation holds the beginning of a message at most, and the inbox the
-- messages before it, which are in the log. From when a line reads in it up to the line's end
-- nothing is taken: the line reads the inbox first, and then the socket.

local host = ...
local prelude = host.prelude
local conversations, lanes, starts = prelude.conversation, prelude.lanes, prelude.starts
local waits = prelude.waiting

local logReceived, localsocket = host.logReceived, host.localsocket
local Conversation, Wait = conversations.class, waits.class

---@class Inbox
---@field conversation Conversation
---@field pending string[]  what was taken and nobody has asked for, oldest first
---@field size integer  the bytes of that
---@field queue string[]|false  while a line or an owner reads: what it reads before the socket
---@field known integer  how many bytes of the queue and the reader are in the log already
---@field owner thread|false  of a task that reads by itself
---@field decoding thread|false  that takes the next message, and waits where that is not whole
---@field isTaking boolean  somebody takes what has come
---@field packet table|false  the last one whose descriptors were told
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

---@type table<Inbox, boolean>  those in which what comes answers a line of text: nobody will ask for it
local seen = setmetatable({}, { __mode = "k" })

---@type table<string, Inbox>
local byLane = setmetatable({}, { __mode = "v" })

---How many descriptors the last packet has brought, which is told once.
local function takeDescriptorCount(inbox)
  local packet = inbox and rawget(inbox.conversation, "packet")
  if not packet or packet == inbox.packet then return 0 end
  inbox.packet = packet
  return packet.descriptors and #packet.descriptors or 0
end

---What a line reads again was logged and counted when it came.
function host.logReceived(lane, bytes)
  local inbox = byLane[lane]
  local isOfProcess = not inbox and lanes.isConversation(lane)
  if isOfProcess and coroutine.running() == line then starts.noteRead(lane, bytes) end
  if inbox and inbox.known > 0 then
    local reader, known = inbox.conversation.reader, math.min(inbox.known, #bytes)
    inbox.known, reader.size = inbox.known - known, reader.size - known
    if known == #bytes then
      reader.messages = reader.messages - 1
      return
    end
    bytes = bytes:sub(known + 1)
  end
  logReceived(lane, bytes)
  lanes.hear(lane, takeDescriptorCount(inbox))
end

local pull, soon = Wait.pull, Wait.soon

local function hasArrived(wait)
  if wait.ending or wait.socket:bytesAvailable() > 0 then return true end
  return wait.socket:error() == "PeerClosedError"
end

---Gives up a message that is not whole, so that somebody else can read it from its beginning.
local function stopDecoding(inbox)
  if not inbox.decoding then return end
  coroutine.close(inbox.decoding)
  inbox.decoding = false
end

---Empties the reader.
---@return string  what it held
local function drop(reader)
  local rest = reader:unread()
  reader.buffer, reader.position, reader.start = "", 1, 1
  return rest
end

---Gives a message up that has begun to come: the codec is another one now.
---@param conversation Conversation
function arrivals.decodeAnew(conversation)
  lanes.note(conversation)
  local inbox = inboxes[conversation.wait]
  if not inbox or not inbox.decoding then return end
  stopDecoding(inbox)
  conversation.reader.buffer = drop(conversation.reader)
end

---Lets a line or an owner read: first the inbox, then what the reader holds of the next message.
local function open(inbox)
  if inbox.queue then return end
  stopDecoding(inbox)
  inbox.queue, inbox.known = inbox.pending, inbox.size
  inbox.pending, inbox.size = {}, 0
  local rest = drop(inbox.conversation.reader)
  if rest ~= "" then table.insert(inbox.queue, rest) end
end

function Wait:pull()
  local inbox, thread = inboxes[self], coroutine.running()
  if not inbox then return pull(self) end
  if inbox.decoding == thread then
    while not hasArrived(self) do coroutine.yield() end
    return pull(self)
  end
  open(inbox)
  if #inbox.queue > 0 then return table.remove(inbox.queue, 1) end
  if thread ~= line then inbox.owner = thread end
  return pull(self)
end

---What comes to an inbox is not read past it.
function Wait:soon()
  if not inboxes[self] then return soon(self) end
end

local function isOwned(inbox)
  return inbox.owner and coroutine.status(inbox.owner) ~= "dead"
end

---Begins to take a message.
local function startDecoding(inbox)
  local conversation = inbox.conversation
  conversation.wait:begin("receive", false, 0)
  conversation.reader:begin()
  inbox.decoding = coroutine.create(conversation.decode)
end

---Takes the next message, if it has come as a whole. One that comes in many pieces is not read
---again with each of them.
---@return boolean came
---@return any message
local function take(inbox)
  local conversation = inbox.conversation
  local wait = conversation.wait
  if not inbox.decoding then startDecoding(inbox) end
  wait.mayExpire, wait.isLate = true, true
  local isFine, message = coroutine.resume(inbox.decoding, conversation.reader)
  wait.isLate = false
  if coroutine.status(inbox.decoding) == "suspended" then return false end
  inbox.decoding = false
  if isFine then return true, message end
  if type(message) == "table" and message.isEnd then return false end
  host.log("note", conversation.name, tostring(message))
  drop(conversation.reader)
  return false
end

local function keep(inbox, message)
  local bytes, pending = inbox.conversation.reader:commit(), inbox.pending
  host.logReceived(inbox.conversation.name, bytes)
  arrivals.count = arrivals.count + 1
  arrivals.taken(message)
  if seen[inbox] then return end
  pending[#pending + 1], inbox.size = bytes, inbox.size + #bytes
  while #pending > 1 and (#pending > MAX_MESSAGES or inbox.size > MAX_BYTES) do
    inbox.size = inbox.size - #table.remove(pending, 1)
  end
end

local function mayTake(inbox)
  return not inbox.queue and not inbox.isTaking and not inbox.conversation.wait.ending
end

---Puts what a line has left over back: what the log knows into the inbox, the rest into the reader.
local function close(inbox)
  local reader, queue = inbox.conversation.reader, inbox.queue
  if reader.keepsBoundaries then
    inbox.pending, inbox.size, inbox.queue, inbox.known = queue, inbox.known, false, 0
    return
  end
  local rest = drop(reader) .. table.concat(queue)
  inbox.queue, inbox.size = false, math.min(inbox.known, #rest)
  inbox.pending = inbox.size > 0 and { rest:sub(1, inbox.size) } or {}
  reader.buffer, inbox.known = rest:sub(inbox.size + 1), 0
end

---Takes all that has come as whole messages.
local function takeAll(inbox)
  if inbox.queue and not line and not isOwned(inbox) then close(inbox) end
  local count = 0
  while mayTake(inbox) do
    inbox.isTaking = true
    local came, message = take(inbox)
    inbox.isTaking = false
    if not came then return end
    keep(inbox, message)
    count = count + 1
    if count % BATCH == 0 then localsocket.sleep(0) end
  end
end

---Says that a line begins, in the thread that asks.
function arrivals.beginLine() line = coroutine.running() end

---Takes what a line has left over.
function arrivals.endLine()
  line = false
  for _, inbox in pairs(inboxes) do takeAll(inbox) end
end

---Forgets what has come: it was seen, and nobody has asked for it.
---@param conversation Conversation
---@param isSeen boolean  so will be what comes until Lua sends again
function arrivals.forget(conversation, isSeen)
  local inbox = inboxes[conversation.wait]
  if not inbox then return end
  seen[inbox] = isSeen or nil
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
    decoding = false, isTaking = false, packet = false,
  }
  inboxes[conversation.wait] = inbox
  byLane[conversation.name] = inbox
  local reader = conversation.reader
  local begin = reader.begin
  -- Whoever begins to read a message here gets the oldest first.
  function reader:begin()
    if not inbox.isTaking then open(inbox) end
    begin(self)
  end
  for _, signal in ipairs { "readyRead", "readChannelFinished", "disconnected" } do
    socket:on(signal, function() takeAll(inbox) end)
  end
  return conversation
end

---The conversations that were made here and are not gone, and those that a scenario has open which
---stands still; not the output of processes.
---@return Conversation[]
function arrivals.conversations()
  local list = {}
  for _, inbox in pairs(inboxes) do
    local conversation = inbox.conversation
    if inboxes[conversation.wait] == inbox then list[#list + 1] = conversation end
  end
  for _, conversation in ipairs(conversations.listOpen()) do
    local isListed = inboxes[conversation.wait] or conversation.isOutput
    if not isListed then list[#list + 1] = conversation end
  end
  table.sort(list, function(left, right) return left.name < right.name end)
  return list
end

local new, reconnect, send, raw =
  conversations.new, Conversation.reconnect, Conversation.send, Conversation.raw

function conversations.new(...)
  local conversation = new(...)
  lanes.note(conversation)
  return watch(conversation)
end

function Conversation:reconnect()
  arrivals.forget(self, false)
  reconnect(self)
  watch(self)
  return self
end

---What answers Lua is kept for the line that expects it. To what a line sends, the answer may come in
---any conversation.
function Conversation:send(...)
  local inbox, isLine = inboxes[self.wait], coroutine.running() == line
  for other in pairs(seen) do
    if isLine or other == inbox then seen[other] = nil end
  end
  lanes.hear(self.name)
  return send(self, ...)
end

function Conversation:raw(bytes, opts)
  raw(self, bytes, opts)
  lanes.hear(self.name, type(opts) == "table" and opts.descriptors and #opts.descriptors or 0)
  return self
end

return arrivals
