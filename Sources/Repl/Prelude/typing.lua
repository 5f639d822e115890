-- Lines that begin with ">": what is typed there is sent as a message of the codec.

local host = ...
local prelude = host.prelude
local arrivals, conversations, describe =
  prelude.arrivals, prelude.conversation, prelude.describe

local typing = {}

local escapes = {
  a = "\a", b = "\b", f = "\f", n = "\n", r = "\r", t = "\t", v = "\v", ["0"] = "\0", e = "\27",
}

---A text with the escapes of Lua's strings as the bytes that they stand for.
---@param text string
---@return string
function typing.unescaped(text)
  text = text:gsub("\\\\", "\\x5c"):gsub("\\([%a0])(%x?%x?)", function(letter, digits)
    if letter == "x" and #digits == 2 then return string.char(tonumber(digits, 16)) end
    return escapes[letter] and escapes[letter] .. digits
  end)
  return text
end

---The conversation that lines are sent in: `c`.
---@return Conversation
function typing.conversation()
  local conversation = prelude.evaluation.value("c")
  if getmetatable(conversation) ~= conversations.class then
    host.misuse('nothing is connected: c = t:connect("/path/to/socket", { codec = "line" })')
  end
  return conversation
end

---The message that a line stands for.
---@param conversation Conversation
---@param text string
---@return any
local function parsed(conversation, text)
  local codec = conversation.codec
  local isReply = codec.encodeReply ~= nil and conversation.encode == codec.encodeReply
  local parse = isReply and codec.parseReply or codec.parse
  if parse then return parse(text) end
  local isBytes = codec.name == "stream" or codec.name == "packet"
  return isBytes and typing.unescaped(text) or text
end

---Sends a line, and lets an answer come that is quick.
---@param text string
function typing.send(text)
  local conversation = typing.conversation()
  local message = parsed(conversation, text)
  local count = arrivals.count
  conversation:send(message)
  arrivals.forget(conversation, true)
  arrivals.endLine()
  local now, step = host.localsocket.now, host.localsocket.step
  local deadline = now() + host.patience
  while arrivals.count == count and not conversation.wait.ending and now() < deadline do
    step(deadline - now())
  end
end

return typing
