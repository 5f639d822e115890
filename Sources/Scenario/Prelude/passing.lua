-- Descriptors on their way out, with the bytes that they go with.

local host = ...

local passing = {}

---Sends bytes as one message.
---@param socket localsocket.Socket
---@param bytes string
---@param descriptors? table  as `sendMessage` takes them
---@param to? string  who receives it, where the socket has no peer
---@return integer? count
---@return string? problem
function passing.message(socket, bytes, descriptors, to)
  return socket:sendMessage(
    bytes, { to = to, timeout = host.options.wait, descriptors = descriptors })
end

---Sends bytes with descriptors, which stay open here.
---@param conversation Conversation
---@param bytes string
---@param given table  checked options of `raw`
---@return string? problem  why the socket takes no bytes
function passing.send(conversation, bytes, given)
  if given.chunk or given.gap then
    host.misuse("raw sends descriptors with all bytes at once, without 'chunk' and 'gap'")
  end
  local count, problem = conversation.write(conversation.socket, bytes, given.descriptors)
  if not count then return problem end
  host.logSent(conversation.name, bytes)
end

return passing
