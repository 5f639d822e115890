-- Lines that begin with ">": what is typed there is sent as a message of the codec.

local host = ...
local prelude = host.prelude
local arrivals, conversations, describe =
  prelude.arrivals, prelude.conversation, prelude.describe

local typing = {}

---An answer is over when nothing has come for this part of the time that its beginning has.
local QUIET = 25

---The escapes of Lua's strings, the longest first; the last one may be none.
local ESCAPES = { "^\\z%s*", "^\\x%x%x", "^\\u{%x+}", "^\\%d%d?%d?", "^\\%D" }

---The escape that stands at a position, and what it is in a text: itself where Lua knows no such.
local function escapeAt(text, position)
  for _, form in ipairs(ESCAPES) do
    local escape = text:match(form, position)
    local make = escape and load('return "' .. escape .. '"')
    if make then return escape, make() end
  end
  -- Not of Lua's strings, but what everybody types for ESC.
  if text:find("^\\e", position) then return "\\e", "\27" end
  return "\\", "\\"
end

---A text with the escapes of Lua's strings as the bytes that they stand for.
---@param text string
---@return string
function typing.unescaped(text)
  local pieces, position = {}, 1
  while true do
    local start = text:find("\\", position, true)
    pieces[#pieces + 1] = text:sub(position, (start or 0) - 1)
    if not start then return table.concat(pieces) end
    local escape, bytes = escapeAt(text, start)
    pieces[#pieces + 1], position = bytes, start + #escape
  end
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

---The codecs whose messages are bytes, and no text.
local isBinary = {
  stream = true, packet = true, netstring = true, u8 = true, u16be = true, u16le = true, u32be = true,
  u32le = true,
}

---The message that a line stands for.
---@param conversation Conversation
---@param text string
---@return any
local function parsed(conversation, text)
  local codec = conversation.codec
  local isReply = codec.encodeReply ~= nil and conversation.encode == codec.encodeReply
  local parse = isReply and codec.parseReply or codec.parse
  if parse then return parse(text) end
  return isBinary[codec.name] and typing.unescaped(text) or text
end

---Turns the loop until something holds or a deadline has passed.
local function turnUntil(holds, deadline)
  local now, step = host.localsocket.now, host.localsocket.step
  local left = deadline - now()
  while left > 0 and not holds() do
    step(left)
    left = deadline - now()
  end
end

---Lets an answer come that is quick, and what follows it at once: a message may have several.
---@param conversation Conversation
---@param count integer  how many messages had come before
local function awaitAnswer(conversation, count)
  local now = host.localsocket.now
  local deadline = now() + host.patience
  local function hasMore() return arrivals.count > count or conversation.wait.ending end
  turnUntil(hasMore, deadline)
  while arrivals.count > count and not conversation.wait.ending do
    count = arrivals.count
    turnUntil(hasMore, math.min(deadline, now() + host.patience / QUIET))
  end
end

---Sends a line, and waits a moment for what answers it.
---@param text string
function typing.send(text)
  local conversation = typing.conversation()
  local message = parsed(conversation, text)
  local count = arrivals.count
  conversation:send(message)
  arrivals.forget(conversation, true)
  arrivals.endLine()
  awaitAnswer(conversation, count)
end

return typing
