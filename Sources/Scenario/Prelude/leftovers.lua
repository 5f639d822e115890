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

---Connections that nobody has accepted.
---@param name string  of the listener
---@param count integer
function leftovers.unaccepted(name, count)
  host.left("unaccepted", name, ("%s to «%s» %s never accepted"):format(
    quantities.count(count, "connection"), name, count == 1 and "was" or "were"))
end

return leftovers
