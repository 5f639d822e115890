-- What was said in a session, as the steps of a scenario: sends, expectations, and the values that
-- came with one message and went out with a later one.

local host = ...
local prelude = host.prelude
local describe, lanes, null = prelude.describe, prelude.lanes, prelude.null
local starts = prelude.starts

---@class Step
---@field kind "connect"|"listen"|"accept"|"send"|"receive"|"end"|"close"|"shutdown"|"raw"|"spawn"
---  |"stop"|"signal"|"awaitLog"|"exit"|"remark"
---@field lane string
---@field message any  of "send" and "receive"
---@field bytes string
---@field name string  of "connect" and "listen"
---@field command Command  of "spawn"
---@field text string  of "signal", "awaitLog" and "remark"
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

---What a note stands for: what a line did to a process, what became of that, or the descriptors of a
---message.
local function notedStep(event)
  local lane, kind = event.lane, event.kind
  local verb, text = (event.text or ""):match("^(%a+) ?(.*)$")
  if kind == "note" and event.text:find(lanes.DESCRIPTORS) then
    return { kind = "remark", lane = lane, text = event.text }
  end
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
  if not kind then return notedStep(event) end
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

---@class Speech  what was sent, in which values that came are looked for
---@field places integer[]  the numbers of the steps that sent, in their order
---@field texts string[]  what each of them sent
---@field beginnings table<string, boolean>  everything of the shortest length that stands in a text
---@field firstOf table<string, integer>  the first step that sent a word, 0 for none

---What steps have sent.
---@param all Step[]
---@return Speech
local function speechOf(all)
  local speech = { places = {}, texts = {}, beginnings = {}, firstOf = {} }
  for index, step in ipairs(all) do
    if step.kind == "send" then
      local text = sentText(step)
      table.insert(speech.places, index)
      table.insert(speech.texts, text)
      for start = 1, #text - MIN_LENGTH + 1 do
        speech.beginnings[text:sub(start, start + MIN_LENGTH - 1)] = true
      end
    end
  end
  return speech
end

---The first step that has sent a word; 0 for none. Nearly all that comes is never sent, which has to
---be known at once: it may be millions of words.
local function firstSender(word, speech)
  if not speech.beginnings[word:sub(1, MIN_LENGTH)] then return 0 end
  local first = speech.firstOf[word]
  if first then return first end
  first = 0
  for index, text in ipairs(speech.texts) do
    if text:find(word, 1, true) then
      first = speech.places[index]
      break
    end
  end
  speech.firstOf[word] = first
  return first
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

local function addCaptures(step, index, speech, known)
  if index > (speech.places[#speech.places] or 0) then return end
  eachLeaf(step.message, function(leaf, path)
    local text = tostring(leaf)
    local first, last = usedPart(text, function(word)
      -- What was sent before did not come from there.
      return not known[word] and firstSender(word, speech) > index
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
  local all, known = {}, { count = 0 }
  for _, event in ipairs(events) do all[#all + 1] = stepOf(event) end
  local speech = speechOf(all)
  for index, step in ipairs(all) do
    if step.kind == "receive" then addCaptures(step, index, speech, known) end
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
