-- A conversation: one end of one connection, in messages. How it begins, sends and closes.

local host = ...
local prelude = host.prelude
local class, codecs, describe = prelude.class, prelude.codecs, prelude.later.describe
local failure, kinds, options = prelude.later.failure, prelude.kinds, prelude.options
local sending, waits = prelude.sending, prelude.waiting

local flush, log, logSent = host.flush, host.log, host.logSent

---@class Conversation
---@field name string  as reports show it
---@field socket localsocket.Socket
---@field peer { pid: integer, uid: integer, gid: integer }|false  who has connected or listens
---@field kind Kind
---@field codec Codec
---@field package encode fun(message: any): string
---@field package decode fun(r: Reader): any
---@field package seek (fun(r: Reader, pattern: any): ...)|false
---@field package reader Reader
---@field package wait Wait
---@field package write fun(socket: localsocket.Socket, bytes: string, descriptors?: table): integer?, string?
---@field packet table|false  the last one of a socket that keeps boundaries, as of `receiveMessage`
---@field package chunk integer|false
---@field package gap number|false
---@field package isShutDown boolean  nothing can be sent any more
---@field package isOutput boolean  of a process, which need not be read
---@field package dial (fun(): localsocket.Socket)|false  connects to the same name once more
---@field package partner Conversation|false  the other end of a pair
---@field package holder table|false  the host's process that the connection was given to
---@field package isExcused? boolean  the script has dropped the other end
---@field package excused? integer  how many queued bytes may be lost: the script has dropped their reader
local Conversation = class.make("conversation", {
  receive = "expecting", expect = "expecting", await = "expecting", expectSequence = "expecting",
  call = "expecting", messages = "expecting", expectUnordered = "choosing", expectAny = "choosing",
  expectEnd = "ending", quiet = "ending", talk = "talk",
})
class.checkReceivers(Conversation, "c", {
  send = true, receive = true, expect = true, call = true, close = true,
})

---@type table<Conversation, boolean>  those that are not closed
local open = {}

local conversations = { class = Conversation, open = open }

---How many clients of a server this script has dropped.
---@type table<string, integer>  by `fullServerName`
conversations.dropped = {}

---What every function that makes a conversation takes.
conversations.OPTIONS = {
  codec = codecs.TYPES, kind = "string", name = "string", chunk = sending.OPTIONS.chunk,
  gap = sending.OPTIONS.gap,
}

---@type table<Conversation, boolean>  those that have sent since they were flushed
local queued = {}

-- What is sent from now on is no matter of the checks at the end.
local isOver = false

local function write(socket, bytes, descriptors)
  if descriptors then return prelude.passing.message(socket, bytes, descriptors) end
  return socket:write(bytes)
end

class.defaults(Conversation, { "dial", "isOutput", "partner", "holder" })

---Begins to read and write on a socket.
local function attach(self, socket)
  local wait = waits.new(socket, self.name, self.codec)
  local reader = prelude.reader.new(wait)
  wait.reader = reader
  self.socket, self.wait, self.reader, self.write = socket, wait, reader, write
  self.peer, self.isShutDown = socket:peerCredentials() or false, false
  -- A peer may end what it sends and wait for the answer.
  host.allowHalfOpen(socket)
  if kinds.keepsBoundaries(self.kind) then kinds.attach(self) end
  open[self] = true
end

---@param socket localsocket.Socket  connected
---@param name string
---@param given table  checked options
---@param accepts? boolean  it is the side that accepted the connection
---@return Conversation
function conversations.new(socket, name, given, accepts)
  local codec = codecs.find(given.codec, given.kind)
  local chunk, gap = sending.pieces(given, name)
  local conversation = setmetatable({
    name = name, kind = given.kind or "stream", codec = codec,
    encode = codecs.encoder(codec, accepts), decode = codecs.decoder(codec),
    seek = codec.seek or false, chunk = chunk, gap = gap,
    -- What `attach` fills in: a table that grows is made once more.
    socket = socket, wait = false, reader = false, write = write, peer = false, isShutDown = false,
  }, Conversation)
  attach(conversation, socket)
  return conversation
end

---Fails because the socket takes no bytes; a connection that has ended says that best.
local function refused(self, problem)
  self.wait.isTold = true
  local reason = self.isShutDown and "this script has shut down its writing side"
    or self.wait:closing() or problem
  failure.raise {
    kind = "closed", lane = self.name, isSending = true,
    message = ("«%s» cannot send: %s"):format(self.name, reason),
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
  if not open[self] then class.checkReceiver(Conversation, "send", self) end
  local bytes = self.encode(message)
  queued[self] = true
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
---@param opts? { chunk?: integer, gap?: localsocket.Duration, descriptors?: table }  the most
---  bytes of one write, the pause between two, and what goes with the bytes in one write
---@return Conversation self
function Conversation:raw(bytes, opts)
  if type(bytes) ~= "string" then
    host.misuse("raw sends a string, not " .. describe.value(bytes))
  end
  local given = options.check(opts, sending.OPTIONS, "raw")
  if given.descriptors then
    local problem = prelude.passing.send(self, bytes, given)
    if problem then refused(self, problem) end
    return self
  end
  if self.reader.keepsBoundaries then kinds.checkWhole(given, "raw") end
  local chunk, gap = sending.pieces(given, "raw")
  logSent(self.name, bytes)
  queued[self] = true
  local problem = sending.inPieces(
    self.write, self.socket, bytes, chunk or self.chunk, gap or self.gap)
  if problem then refused(self, problem) end
  if self.wait.ending then checkPeer(self) end
  return self
end

local function finish(self, ending)
  open[self], queued[self] = nil, nil
  self.wait.ending = self.wait.ending or ending or waits.CLOSED_HERE
end

---@param ending? string  why nothing more comes; the script itself closes it
local function disconnect(self, ending)
  if queued[self] and not isOver then prelude.leftovers.unsent(self) end
  finish(self, ending)
  self.socket:disconnectFromServer()
  log("closed", self.name)
end

---Whether what is unread fails the scenario.
local function isToBeRead(self)
  return not self.isOutput and not host.allows("unread")
end

---Passes on what the conversations of this process have sent, which may come on another of them.
function conversations.flushQueued()
  local sent = queued
  -- What is told of a flush may send.
  queued = {}
  for conversation in pairs(sent) do
    if flush(conversation.socket) > 0 and open[conversation] then queued[conversation] = true end
  end
end

---Excuses what this script has queued for an end that it does without.
local function excuseQueued(dropped)
  if next(queued) then prelude.leftovers.excuse(queued, dropped) end
end

---The host's process that has the other end of a pair.
local function holder(self)
  return self.partner and self.partner.holder
end

---Whether another process may have more to say on it.
local function isOpenElsewhere(self)
  return not self.wait.ending and (holder(self) or host.isElsewhere(self.socket))
end

---Lets everything come that is on its way: what this process has queued, and what others say until
---they end. What is unread is then no matter of who was faster. Who is cancelled meanwhile closes all
---the same, and does nothing else.
local function settle(closing)
  local others = {}
  for _, conversation in ipairs(closing) do
    if isToBeRead(conversation) and isOpenElsewhere(conversation) then
      others[#others + 1] = conversation
    end
  end
  for conversation in pairs(open) do
    queued[conversation] = flush(conversation.socket) > 0 or nil
  end
  if #others > 0 then prelude.leftovers.awaitEnds(others) end
end

---Fails the scenario at its end for what has come and nobody has read, unless that is allowed.
local function checkUnread(self)
  if not isToBeRead(self) then return end
  local unread = self.wait:takeIn()
  if unread ~= "" then prelude.leftovers.unread(self.name, unread) end
end

---Lets come what can be waited for without a word to the peer, and the last words of a process that
---has the other end of the pair.
---@return any problem  of who was cancelled meanwhile
local function settleOne(self)
  if not isToBeRead(self) then return excuseQueued(self) end
  conversations.flushQueued()
  if holder(self) and not self.wait.ending then return prelude.leftovers.awaitEnds { self } end
end

---Closes once everything queued is written, as `QLocalSocket::disconnectFromServer`. What has come
---until then is judged; a process that was given the other end may have its last word before.
function Conversation:close()
  if not open[self] then return class.checkReceiver(Conversation, "close", self) end
  local problem = settleOne(self)
  -- Meanwhile somebody else may have closed it.
  if open[self] then
    checkUnread(self)
    disconnect(self)
  end
  if problem then error(problem, 0) end
end

---Stops a process that is still talking: it is not to blame for what it does about a connection that
---the scenario's end cuts off.
local function stopTalking(self)
  if self.isOutput or self.wait:closing() then return end
  local process = holder(self)
  if process then process:requestStop() else host.stopPeer(self.socket) end
end

---The conversations that are open, in the order of their names.
---@param except? table<Conversation, boolean>
---@return Conversation[]
function conversations.listOpen(except)
  local list = {}
  for conversation in pairs(open) do
    if not (except and except[conversation]) then list[#list + 1] = conversation end
  end
  table.sort(list, function(left, right) return left.name < right.name end)
  return list
end

---Closes every conversation that is open, in the order of their names.
---@param except? table<Conversation, boolean>
function conversations.closeAll(except)
  local remaining = conversations.listOpen(except)
  settle(remaining)
  -- What one of them has yet to send would come on another.
  for _, conversation in ipairs(remaining) do checkUnread(conversation) end
  if not isOver and next(queued) then prelude.leftovers.allUnsent(queued, except) end
  isOver = true
  for _, conversation in ipairs(remaining) do stopTalking(conversation) end
  for _, conversation in ipairs(remaining) do disconnect(conversation, waits.ENDED_HERE) end
end

---Lets an end go on purpose: what is told of its loss at the other end is no failure.
local function drop(self)
  excuseQueued(self)
  if not self.dial or not open[self] then return end
  local server, dropped = self.socket:fullServerName(), conversations.dropped
  dropped[server] = (dropped[server] or 0) + 1
end

---What has come and nobody has read is lost with its connection, which the log tells.
---@param isHere? boolean  but for what the kernel has
---@return string unread
local function dropUnread(self, isHere)
  local unread = self.wait:takeIn(isHere)
  if unread ~= "" then log("unread", self.name, unread) end
  return unread
end

---Closes at once, as `QLocalSocket::abort`: what is queued and what is unread is lost, and the log tells
---how much that is. The peer sees a reset where the kernel still holds bytes that it has sent, and else
---the end.
function Conversation:abort()
  if not open[self] then return end
  drop(self)
  -- Packets that are not taken stay where their peer will miss them.
  local unread = self.reader.keepsBoundaries and self.reader:unread() or dropUnread(self, true)
  finish(self)
  log("aborted", self.name, #unread, nil, self.socket)
  self.socket:abort()
end

---Closes our writing side: the peer sees the end, and may still send.
---@return Conversation self
function Conversation:shutdown()
  if self.isShutDown then return self end
  local done, problem = self.socket:shutdown("write")
  if not done then
    failure.raise {
      kind = "closed", lane = self.name, isSending = true,
      message = ("«%s» cannot shut down its writing side: %s"):format(
        self.name, self.wait:closing() or problem),
    }
  end
  self.isShutDown = true
  log("shutdown", self.name)
  return self
end

---Closes, and connects to the same name with the same options; what was unread is dropped.
---@return Conversation self
function Conversation:reconnect()
  if not self.dial then
    host.misuse(("«%s» cannot reconnect: only what t:connect made can"):format(self.name))
  end
  dropUnread(self)
  drop(self)
  queued[self] = nil
  if open[self] then disconnect(self) end
  attach(self, self.dial())
  return self
end

---Leaves the connection to a process that has it by now: the end here goes without a word.
---@param holder table  the host's process
function Conversation:handOver(holder)
  self.holder = holder
  finish(self)
  self.socket:abort()
end

Conversation.__close = Conversation.close

function Conversation:__tostring()
  return "«" .. self.name .. "»"
end

return conversations
