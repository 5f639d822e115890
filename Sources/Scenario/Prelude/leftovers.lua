-- What a scenario leaves behind, which fails it at its end.

local host = ...
local describe, quantities = host.prelude.describe, host.prelude.quantities

local now = host.localsocket.now

local leftovers = {}

---How long peers may take to end what they send, in milliseconds.
local ENDING_TIME <const> = 100
---The most bytes of it that are taken in.
local ENDING_ROOM <const> = 1 << 20

---Tells peers that no more comes, and takes in what they send before their own end, or for a moment.
---What is unread is then no matter of who was faster.
---@param conversations Conversation[]
---@return any problem  what was raised in a wait, as for who is cancelled; the caller closes first
function leftovers.awaitEnds(conversations)
  local deadline = now() + ENDING_TIME
  for _, conversation in ipairs(conversations) do
    conversation.socket:setReadBufferSize(ENDING_ROOM)
    conversation.socket:shutdown("write")
  end
  for _, conversation in ipairs(conversations) do
    local socket, remaining = conversation.socket, deadline - now()
    if remaining > 0 then
      local isDone, problem = pcall(socket.waitForDisconnected, socket, remaining)
      if not isDone then return problem end
    end
  end
end

---Bytes that came and were never read.
---@param name string  of the conversation
---@param bytes string
function leftovers.unread(name, bytes)
  host.log("unread", name, bytes)
  host.left("unread", name, ("%s on «%s» %s never read: %s"):format(
    quantities.count(#bytes, "byte"), name, #bytes == 1 and "was" or "were",
    describe.bytes(bytes, 60)))
end

---Has the host look, at the end, whether what was queued has left. A failed wait or call has told of
---the connection's end already.
---@param conversation Conversation
---@param isEnding? boolean  only what is lost by now counts
function leftovers.unsent(conversation, isEnding)
  if rawget(conversation.wait, "isTold") then return end
  local peer, partner = conversation.peer, conversation.partner
  local isHandedOver = partner and partner.holder
  host.unsent(
    conversation.name, conversation.socket, rawget(conversation, "excused") or 0, isEnding or false,
    peer and not isHandedOver and peer.pid or 0)
end

---The same of all that have something queued, or had when their connection ended.
---@param queued table<Conversation, boolean>
---@param served? table<Conversation, any>  those that see the scenario's end before they close
function leftovers.allUnsent(queued, served)
  for conversation in pairs(queued) do
    leftovers.unsent(conversation, served ~= nil and served[conversation] ~= nil)
  end
end

---Excuses what this process has queued for an end that the script drops, whichever that is.
---@param queued table<Conversation, boolean>
---@param dropped Conversation
function leftovers.excuse(queued, dropped)
  for conversation in pairs(queued) do
    if conversation ~= dropped and not host.isElsewhere(conversation.socket) then
      conversation.excused = conversation.socket:bytesToWrite()
    end
  end
end

---Connections that nobody has accepted.
---@param name string  of the listener
---@param count integer
function leftovers.unaccepted(name, count)
  host.left("unaccepted", name, ("%s to «%s» %s never accepted"):format(
    quantities.count(count, "connection"), name, count == 1 and "was" or "were"))
end

return leftovers
