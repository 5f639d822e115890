-- The kinds of sockets. On "seqpacket" and "datagram" sockets bytes come in packets whose boundaries
-- are kept: one message is one packet, or one of several in a packet, but never a part of two.

local host = ...
local describe = host.prelude.later.describe

local kinds = {}

---@alias Kind "stream"|"seqpacket"|"datagram"

local boundaries = { stream = false, seqpacket = true, datagram = true }

---Whether the sockets of a kind keep the boundaries of packets.
---@param kind Kind?  nil is "stream"
---@return boolean
function kinds.keepsBoundaries(kind)
  return boundaries[kind or "stream"]
end

---Raises misuse for options that would cut a packet.
---@param given table  checked options
---@param caller string
function kinds.checkWhole(given, caller)
  if given.chunk ~= nil or given.gap ~= nil then
    host.misuse(("the options 'chunk' and 'gap' of %s cut a stream; a packet stays whole"):format(
      caller))
  end
end

---Raises misuse for a kind that does not exist, and for options that make no sense with it.
---@param given table  checked options
---@param caller string
function kinds.check(given, caller)
  local kind = given.kind
  if kind == nil then return end
  if boundaries[kind] == nil then
    host.misuse(("the option 'kind' of %s is %s, not %s"):format(
      caller, '"stream", "seqpacket" or "datagram"', describe.value(kind)))
  end
  if boundaries[kind] then kinds.checkWhole(given, caller) end
  if given.backlog and kind == "datagram" then
    host.misuse("the option 'backlog' of listen makes no sense for datagrams: nobody connects")
  end
end

local boundCount = 0

---The name that a socket binds before it connects: who receives its datagrams can answer there.
---@param kind Kind?
---@return string?
function kinds.ownName(kind)
  if kind ~= "datagram" then return nil end
  boundCount = boundCount + 1
  return ("%s/.client-%d"):format(host.directory(), boundCount)
end

---A function that takes the next packet, and notes in the conversation what came with it.
local function receiving(conversation)
  return function(socket)
    local packet, problem, code = socket:receiveMessage(0)
    if not packet then
      if code == "SocketTimeoutError" then return false end
      return nil, problem, code
    end
    conversation.packet = packet
    if packet.credentials then conversation.peer = packet.credentials end
    return packet.data
  end
end

local AT_ONCE = { timeout = 0 }

---Queues a packet, and tells what is wrong with it where the kernel has the room to say so at once.
local function send(socket, bytes, descriptors)
  if descriptors then return host.prelude.passing.message(socket, bytes, descriptors) end
  if socket:bytesToWrite() == 0 then
    local count, problem, code = socket:sendMessage(bytes, AT_ONCE)
    if count or code ~= "SocketTimeoutError" and code ~= "OperationError" then
      return count, problem
    end
  end
  -- There is no room, or another task waits for it; a socket that is closed says so once more.
  return socket:write(bytes)
end

---Makes a new conversation one of packets.
---@param conversation Conversation
function kinds.attach(conversation)
  local wait, reader = conversation.wait, conversation.reader
  wait.read, wait.nothing = receiving(conversation), false
  reader.keepsBoundaries, reader.blank = true, false
  conversation.write, conversation.packet = send, false
end

---Makes a conversation that only receives answer whom its last packet came from.
---@param conversation Conversation
---@return Conversation
function kinds.answerSenders(conversation)
  conversation.peer = false
  function conversation.write(socket, bytes, descriptors)
    local packet = conversation.packet
    if not packet then return nil, "no message has come yet that it could answer" end
    if not packet.from then return nil, "the sender of the last message has no name to answer to" end
    return host.prelude.passing.message(socket, bytes, descriptors, packet.from)
  end
  return conversation
end

return kinds
