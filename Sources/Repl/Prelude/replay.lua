-- `:save --twice`: says the same again to the same peer, and makes patterns of what differs: times,
-- numbers of processes, random names.

local host = ...
local prelude = host.prelude
local describe, lanes, null, patterns, steps =
  prelude.describe, prelude.lanes, prelude.null, prelude.patterns, prelude.steps

---@class Replay
---@field conversations table<string, Conversation>  by the lane of the first time
---@field captures Capture[]
---@field values table<Capture, string>  of this time

local replay = {
  ---@type table<string, boolean>  the conversations that were replays
  lanes = {},
}

---So long after the first time that a clock of seconds shows another one.
local PAUSE = 1000

local function escaped(text)
  return (text:gsub("%p", "%%%0"))
end

---What two texts begin with alike, and end with alike behind that.
local function commonEnds(left, right)
  local shorter, head, tail = math.min(#left, #right), 0, 0
  while head < shorter and left:byte(head + 1) == right:byte(head + 1) do head = head + 1 end
  -- A number or a word differs as a whole.
  while head > 0 and left:find("^%w", head) do head = head - 1 end
  while tail < shorter - head and left:byte(-tail - 1) == right:byte(-tail - 1) do
    tail = tail + 1
  end
  while tail > 0 and left:find("^%w", #left - tail + 1) do tail = tail - 1 end
  return left:sub(1, head), tail > 0 and left:sub(-tail) or "", head, tail
end

local function textPattern(left, right)
  local head, tail, headLength, tailLength = commonEnds(left, right)
  if head == "" and tail == "" then return patterns.any.string end
  local middle = left:sub(headLength + 1, #left - tailLength)
    .. right:sub(headLength + 1, #right - tailLength)
  local item = middle:find("^%d+$") and "%d+" or middle:find("^[%w_%-]+$") and "[%w_%-]+" or ".*"
  return patterns.pattern("^" .. escaped(head) .. item .. escaped(tail) .. "$")
end

---A message with the values of this time.
local function renewed(message, captures, values)
  if type(message) == "string" then
    local pieces = steps.pieces(message, captures)
    for index, piece in ipairs(pieces) do
      pieces[index] = type(piece) == "string" and piece or values[piece]
    end
    return table.concat(pieces)
  end
  if type(message) ~= "table" or message == null then return message end
  local copy = setmetatable({}, getmetatable(message))
  for key, value in pairs(message) do copy[key] = renewed(value, captures, values) end
  return copy
end

---What matches both of two messages.
---@param left any
---@param right any
---@param state Replay
---@return any
function replay.merge(left, right, state)
  local isText = type(left) == "string"
  if left == right or isText and renewed(left, state.captures, state.values) == right then
    return left
  end
  local kind = type(left)
  if kind ~= type(right) or left == null or right == null then return patterns.any end
  if kind == "string" then return textPattern(left, right) end
  if kind == "number" then
    local areIntegers = math.type(left) == "integer" and math.type(right) == "integer"
    return areIntegers and patterns.any.integer or patterns.any.number
  end
  if kind ~= "table" then return patterns.any end
  if #left ~= #right then return patterns.any.table end
  local merged = setmetatable({}, getmetatable(left))
  for key, value in pairs(left) do
    -- What is there once only is not asked for.
    if right[key] ~= nil then merged[key] = replay.merge(value, right[key], state) end
  end
  return merged
end

---The value that a capture has this time.
local function recaptured(capture, message)
  for _, key in ipairs(capture.path) do
    if type(message) ~= "table" then return capture.value end
    message = message[key]
  end
  local text = tostring(message)
  return text:sub(#capture.before + 1, #text - #capture.after)
end

---As much of a stream as came the first time, else the next message.
local function receive(conversation, step)
  local message = conversation:receive()
  while conversation.codec.name == "stream" and #message < #step.message do
    message = message .. conversation:receive()
  end
  return message
end

local function follow(step, state)
  local conversation = state.conversations[step.lane]
  if step.kind == "connect" then
    local again = prelude.scenario.t:connect(step.name, {
      codec = lanes.codecOf(step.lane), kind = lanes.kindOf(step.lane), name = "again",
    })
    state.conversations[step.lane], replay.lanes[again.name] = again, true
  elseif not conversation then
    return
  elseif step.kind == "send" then
    conversation:send(renewed(step.message, state.captures, state.values))
  elseif step.kind == "raw" then
    conversation:raw(step.bytes)
  elseif step.kind == "receive" then
    local message = receive(conversation, step)
    step.pattern = replay.merge(step.message, message, state)
    for _, capture in ipairs(step.captures) do
      table.insert(state.captures, capture)
      state.values[capture] = recaptured(capture, message)
    end
  end
end

---Replays what was said in conversations that were connected, and notes in the steps what matches
---both times.
---@param all Step[]
function replay.compare(all)
  local state = { conversations = {}, captures = {}, values = {} }
  host.localsocket.sleep(PAUSE)
  for _, step in ipairs(all) do follow(step, state) end
  for _, conversation in pairs(state.conversations) do conversation:close() end
end

return replay
