-- Tapes that were worth keeping, and new ones that are made of them.

local host = ...
local prelude = host.prelude
local describe, shapes, store, tapes = prelude.describe, prelude.shapes, prelude.store, prelude.tape

local unpack = table.unpack

local corpora = {}

---@class Corpus
---@field entries Tape[]  the oldest first
---@field package finders Tape[]  those that have passed an edge for the first time
---@field package trials (fun(): any[]?)[]  what is made of each of them, one byte after the other
---@field directory string|false  where they are kept
---@field package known table<string, boolean>  the names of the files that were read or written
local Corpus = {}
Corpus.__index = Corpus

---The tapes of a directory; what is no tape is passed over and counted.
---@param directory string|false
---@return Corpus
---@return any[][] found
---@return integer broken
function corpora.open(directory)
  local corpus = setmetatable({
    entries = {}, finders = {}, trials = {}, directory = directory, known = {},
  }, Corpus)
  if not directory then return corpus, {}, 0 end
  host.makeDirectories(directory)
  return corpus, corpus:arrivals()
end

---Tells of files that were passed over.
---@param broken integer
---@param directory string|false  only false where nothing is broken
function corpora.complain(broken, directory)
  if broken == 0 then return end
  local files = broken == 1 and "1 file that is no tape" or ("%d files that are no tapes"):format(broken)
  host.complain(("the corpus has %s: %s"):format(files, describe.bytes(directory)))
end

---The tapes that have come into the directory since the last look: those of other workers.
---@return any[][] found
---@return integer broken
function Corpus:arrivals()
  local found, broken = {}, 0
  for _, name in ipairs(self.directory and host.fileNames(self.directory) or {}) do
    if name:find("%.tape$") and not self.known[name] then
      self.known[name] = true
      local bytes = store.read(self.directory .. "/" .. name)
      local values = bytes and tapes.decode(bytes)
      if values then found[#found + 1] = values else broken = broken + 1 end
    end
  end
  return found, broken
end

---The name of a tape's file: the same for the same tape, whoever has found it.
local function nameOf(bytes)
  return ("%016x.tape"):format(prelude.randomness.seedOfText(#bytes, bytes))
end

---How many trials one tape is worth, and one of its strings before it is the next one's turn.
local TRIALS, SHARE = 2000, 512

local BYTES = {}
for code = 0, 255 do BYTES[code + 1] = string.char(code) end
BYTES = table.concat(BYTES)

---The strings of a tape, the last first, each with the byte and the code that were tried last.
local function stringsOf(tape)
  local list = {}
  for at = tape.count, 1, -1 do
    local text, shape = tape.values[at], tape.shapes[at]
    if type(text) == "string" and text ~= "" and shape.kind == "bytes" then
      list[#list + 1] = { at = at, text = text, alphabet = shape.alphabet or BYTES, position = 1, code = 0 }
    end
  end
  return list
end

---The string with the next byte in the next place; nil at the end.
local function nextSubstitution(place)
  if place.code == #place.alphabet then place.position, place.code = place.position + 1, 0 end
  local text, position = place.text, place.position
  if position > #text then return nil end
  place.code = place.code + 1
  return text:sub(1, position - 1) .. place.alphabet:sub(place.code, place.code) .. text:sub(position + 1)
end

---A tape's values with one byte of a string replaced by every other, the last string first and the
---others in turn: what a target compares byte by byte is found so in as many cases as there are bytes.
---@param tape Tape
---@return fun(): any[]?  nil at the end
local function substitutions(tape)
  local strings, left, turn, tried = stringsOf(tape), TRIALS, 1, 0
  return function()
    while #strings > 0 and left > 0 do
      if tried == SHARE then turn, tried = turn + 1, 0 end
      if turn > #strings then turn = 1 end
      local place = strings[turn]
      local text = nextSubstitution(place)
      if text then
        left, tried = left - 1, tried + 1
        local changed = table.move(tape.values, 1, tape.count, 1, {})
        changed[place.at] = text
        return changed
      end
      table.remove(strings, turn)
      tried = 0
    end
  end
end

---Keeps a tape.
---@param tape Tape
---@param edges integer  how many edges it was the first to pass
function Corpus:add(tape, edges)
  self.entries[#self.entries + 1] = tape
  if edges > 0 then
    self.finders[#self.finders + 1] = tape
    self.trials[#self.trials + 1] = substitutions(tape)
  end
  if not self.directory then return end
  local bytes = tapes.encode(tape.values)
  local name = nameOf(bytes)
  if self.known[name] then return end
  self.known[name] = true
  store.write(self.directory .. "/" .. name, bytes)
end

-- Changing tapes

local function copy(tape, first, last, into)
  return table.move(tape.values, first, last, #into + 1, into)
end

local function copyAll(tape)
  return { unpack(tape.values, 1, tape.count) }
end

local function randomSpan(random, tape)
  for _ = 1, 8 do
    local span = #tape.labels > 0 and random:integer(1, #tape.labels)
    if span and tape.last[span] and tape.last[span] >= tape.first[span] then return span end
  end
end

local function sameLabel(random, tape, label)
  local found = {}
  for span, other in ipairs(tape.labels) do
    if other == label and tape.last[span] >= tape.first[span] then found[#found + 1] = span end
  end
  return #found > 0 and found[random:integer(1, #found)] or nil
end

local function withSpan(tape, span, other, otherSpan, keeps)
  local values = copy(tape, 1, keeps and tape.last[span] or tape.first[span] - 1, {})
  copy(other, other.first[otherSpan], other.last[otherSpan], values)
  return copy(tape, tape.last[span] + 1, tape.count, values)
end

---A string with one byte less, one more, or mostly another one, as far as its shape allows.
local function changedString(random, text, shape)
  local alphabet = shape.alphabet
  local code = random:integer(alphabet and 1 or 0, alphabet and #alphabet or 255)
  local byte = alphabet and alphabet:sub(code, code) or string.char(code)
  if text == "" then return byte end
  local at, way = random:integer(1, #text), random:integer(1, 8)
  if way == 1 and #text > shape.min then return text:sub(1, at - 1) .. text:sub(at + 1) end
  if way == 2 and #text < shape.max then return text:sub(1, at) .. byte .. text:sub(at + 1) end
  if way == 3 and not alphabet then byte = string.char(text:byte(at) ~ 1 << random:integer(0, 7)) end
  return text:sub(1, at - 1) .. byte .. text:sub(at + 1)
end

---A place of a tape: of a string, where there is one, every other time.
local function place(random, tape)
  if random:chance(0.5) then
    for _ = 1, 8 do
      local at = random:integer(1, tape.count)
      if type(tape.values[at]) == "string" then return at end
    end
  end
  return random:integer(1, tape.count)
end

---@type fun(random: Random, tape: Tape, corpus: Corpus): any[]?
local changes = {
  -- One choice anew.
  function(random, tape)
    local values = copyAll(tape)
    local at = random:integer(1, tape.count)
    values[at] = shapes.draw(tape.shapes[at], random)
    return values
  end,
  -- One value a little.
  function(random, tape)
    local values = copyAll(tape)
    local at = place(random, tape)
    local value = values[at]
    if math.type(value) == "integer" then
      values[at] = value + random:integer(-2, 2)
    elseif type(value) == "string" then
      values[at] = changedString(random, value, tape.shapes[at])
    else
      values[at] = shapes.draw(tape.shapes[at], random)
    end
    return values
  end,
  -- Without a part.
  function(random, tape)
    local span = randomSpan(random, tape)
    if not span then return nil end
    return copy(tape, tape.last[span] + 1, tape.count, copy(tape, 1, tape.first[span] - 1, {}))
  end,
  -- A part twice.
  function(random, tape)
    local span = randomSpan(random, tape)
    return span and withSpan(tape, span, tape, span, true)
  end,
  -- A part of another tape, in the place of one of its name or behind it.
  function(random, tape, corpus)
    local other = corpus.entries[random:integer(1, #corpus.entries)]
    local span = randomSpan(random, tape)
    local otherSpan = span and sameLabel(random, other, tape.labels[span])
    return otherSpan and withSpan(tape, span, other, otherSpan, random:chance(0.5))
  end,
  -- Its beginning, and then something fresh.
  function(random, tape)
    return copy(tape, 1, random:integer(0, tape.count), {})
  end,
}

---The change of a value, which mostly is what brings a case one step further.
local TWEAK = 2

---A tape to begin with: the last that have found the way to something, and the newer ones, more often.
local function chosen(self, random)
  local entries, finders = self.entries, self.finders
  if #finders > 0 and random:chance(0.5) then
    return finders[random:integer(math.max(1, #finders - 3), #finders)]
  end
  if random:chance(0.5) then return entries[random:integer(math.max(1, #entries - 7), #entries)] end
  return entries[random:integer(1, #entries)]
end

---The next trial of the tape that was the last to find something, every other time, or of any.
local function nextTrial(self, random)
  local trials = self.trials
  while #trials > 0 do
    local index = random:chance(0.5) and #trials or random:integer(1, #trials)
    local values = trials[index]()
    if values then return values end
    table.remove(trials, index)
  end
end

---A new tape made of those that are kept.
---@param random Random
---@param seed integer  of what is drawn behind the tape
---@return Tape?
function Corpus:mutated(random, seed)
  local trial = random:chance(0.5) and nextTrial(self, random)
  if trial then return tapes.replay(trial, "random", seed) end
  local tape = #self.entries > 0 and chosen(self, random)
  if not tape or tape.count == 0 then return nil end
  local change = random:chance(0.5) and TWEAK or random:integer(1, #changes)
  local values = changes[change](random, tape, self)
  if not values then return nil end
  -- More changes touch single values, as the spans are those of the old tape.
  while #values > 0 and random:chance(0.25) do
    local at = random:integer(1, #values)
    local value = values[at]
    if math.type(value) == "integer" then values[at] = value + random:integer(-8, 8) end
    if type(value) == "boolean" then values[at] = not value end
  end
  return tapes.replay(values, "random", seed)
end

return corpora
