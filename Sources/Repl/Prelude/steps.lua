-- What was said in a session, as the steps of a scenario: sends, expectations, and the values that
-- came with one message and went out with a later one.

local host = ...
local prelude = host.prelude
local describe, lanes, null = prelude.describe, prelude.lanes, prelude.null
local starts = prelude.starts

---@class Step
---@field kind "connect"|"listen"|"accept"|"send"|"receive"|"end"|"close"|"shutdown"|"raw"|"spawn"
---  |"stop"|"signal"|"awaitLog"|"exit"
---@field lane string
---@field message any  of "send" and "receive"
---@field bytes string
---@field name string  of "connect" and "listen"
---@field command Command  of "spawn"
---@field text string  of "signal" and "awaitLog"
---@field ending integer|string  of "exit": a status, or a signal
---@field captures Capture[]  of "receive"

---@class Capture  a value of a message that is sent again later
---@field value string
---@field path any[]  the keys that lead to it
---@field before string  what stands before it in its text
---@field after string
---@field variable string
local steps = {}

local kinds = {
  connected = "connect", listening = "listen", accepted = "accept", sent = "send",
  received = "receive", ended = "end", closed = "close", shutdown = "shutdown",
}

---What a line did to a process, or what became of that.
local function processStep(event)
  local lane, kind = event.lane, event.kind
  local verb, text = (event.text or ""):match("^(%a+) ?(.*)$")
  if verb == starts.READ and lanes.isConversation(lane) then
    return { kind = "receive", lane = lane, message = text, bytes = text, captures = {} }
  end
  local command = starts.commandOf(lane)
  if not command then return nil end
  if kind == "spawned" then return { kind = "spawn", lane = lane, command = command } end
  if kind == "exited" or kind == "signalled" then
    return { kind = "exit", lane = lane, ending = event.ending }
  end
  return kind == "note" and { kind = verb, lane = lane, text = text } or nil
end

local function stepOf(event)
  local kind, lane = kinds[event.kind], event.lane
  if not kind then return processStep(event) end
  if prelude.replay.lanes[lane] then return nil end
  local step = { kind = kind, lane = lane, bytes = event.bytes, name = event.name }
  if event.bytes then
    local isWhole, message = false, nil
    if lanes.codecOf(lane) then isWhole, message = lanes.decoded(lane, event.bytes) end
    if step.kind == "send" and not isWhole then step.kind = "raw" end
    step.message, step.captures = isWhole and message or event.bytes, {}
  end
  return step
end

---Calls a function with each text and number in a message, and the keys that lead there.
local function eachLeaf(message, visit, path)
  path = path or {}
  if type(message) == "string" or math.type(message) == "integer" then
    visit(message, path)
  elseif type(message) == "table" and message ~= null then
    for _, key in ipairs(describe.sortedKeys(message)) do
      local deeper = table.move(path, 1, #path, 1, {})
      deeper[#deeper + 1] = key
      eachLeaf(message[key], visit, deeper)
    end
  end
end

---Shorter values come again by chance.
local MIN_LENGTH = 4

local function sentText(step)
  local pieces = {}
  eachLeaf(step.message, function(leaf) pieces[#pieces + 1] = tostring(leaf) end)
  return table.concat(pieces, "\n")
end

---Whether a word is sent after a step, and was not sent before it: then it came from there.
local function isUsedAgain(word, all, index, texts)
  if #word < MIN_LENGTH then return false end
  for earlier = 1, index - 1 do
    if texts[earlier] and texts[earlier]:find(word, 1, true) then return false end
  end
  for later = index + 1, #all do
    if texts[later] and texts[later]:find(word, 1, true) then return true end
  end
  return false
end

---The part of a text that is sent again: the whole, or its longest word.
local function usedPart(text, isUsed)
  if isUsed(text) then return 1, #text end
  local first, last
  for start, word, finish in text:gmatch("()([%w_%-]+)()") do
    if isUsed(word) and (not first or #word > last - first) then first, last = start, finish - 1 end
  end
  return first, last
end

local function addCaptures(all, index, texts, known)
  local step = all[index]
  eachLeaf(step.message, function(leaf, path)
    local text = tostring(leaf)
    local first, last = usedPart(text, function(word)
      return not known[word] and isUsedAgain(word, all, index, texts)
    end)
    if not first then return end
    known.count = known.count + 1
    local capture = {
      value = text:sub(first, last), path = path, before = text:sub(1, first - 1),
      after = text:sub(last + 1), variable = "value" .. known.count, isNumber = leaf ~= text,
    }
    known[capture.value] = capture
    table.insert(step.captures, capture)
  end)
end

---The steps of events, with what was used again.
---@param events table[]  as of `host.events`
---@return Step[]
function steps.of(events)
  local all, texts, known = {}, {}, { count = 0 }
  for _, event in ipairs(events) do
    local step = stepOf(event)
    if step then
      all[#all + 1] = step
      texts[#all] = step.kind == "send" and sentText(step) or nil
    end
  end
  for index, step in ipairs(all) do
    if step.kind == "receive" then addCaptures(all, index, texts, known) end
  end
  return all
end

---A text that is sent, in pieces: literal ones, and captures in the place of their values.
---@param text string
---@param captures Capture[]  those of the messages before it
---@return (string|Capture)[]
function steps.pieces(text, captures)
  local pieces, position = {}, 1
  while position <= #text do
    local first, found
    for _, capture in ipairs(captures) do
      local place = text:find(capture.value, position, true)
      if place and (not first or place < first) then first, found = place, capture end
    end
    if not found then break end
    if first > position then pieces[#pieces + 1] = text:sub(position, first - 1) end
    pieces[#pieces + 1], position = found, first + #found.value
  end
  if position <= #text or #pieces == 0 then pieces[#pieces + 1] = text:sub(position) end
  return pieces
end

return steps
