-- The tape of one case: every choice that its generator has made, in order, with spans over them.
--
-- A tape can be played to any generator: a choice takes the value of its place if that fits its
-- shape, and the simplest value if not. What is kept of a case is always what was really chosen.

local host = ...
local randomness, shapes = host.prelude.randomness, host.prelude.shapes

local allows, nearest, simplest, draw =
  shapes.allows, shapes.nearest, shapes.simplest, shapes.draw

local tapes = {}

---@class Tape
---@field count integer  of choices
---@field values any[]
---@field shapes Shape[]
---@field labels string[]  of the spans, in the order in which they begin
---@field first integer[]  the index of a span's first choice
---@field last integer[]  the index of its last choice, below the first for none; nil while it is open
---@field parents integer[]  the span around a span; 0 for none
---@field misaligned integer|false  the first choice whose value did not fit
---@field package given any[]  the values that are played
---@field package givenCount integer
---@field package random Random|false  where fresh values come from
---@field package ending "random"|"simplest"  what comes behind the given values
---@field package span integer  the innermost open span; 0 for none
local Tape = {}
Tape.__index = Tape

---Raised where a generator draws without end.
tapes.ENDLESS = setmetatable({}, {
  __tostring = function() return "the generator has made too many choices" end,
})

---How many choices a case may make.
tapes.LIMIT = 100000

local NONE = {}

-- What a tape has not got before something is chosen or spanned: most of a campaign's are played once
-- and forgotten.
Tape.count, Tape.misaligned, Tape.span = 0, false, 0
Tape.labels, Tape.first, Tape.last, Tape.parents = NONE, NONE, NONE, NONE

local function new(given, count, ending, random)
  return setmetatable({
    -- Tables with room for some choices.
    values = { nil, nil, nil, nil }, shapes = { nil, nil, nil, nil },
    given = given, givenCount = count, ending = ending, random = random or false, count = 0, span = 0,
  }, Tape)
end

---A tape of fresh values.
---@param seed integer
---@return Tape
function tapes.fresh(seed)
  return new(NONE, 0, "random", randomness.new(seed))
end

---A tape of the simplest values.
---@return Tape
function tapes.simplest()
  return new(NONE, 0, "simplest")
end

---A tape that plays values.
---@param values any[]
---@param ending? "random"|"simplest"  what follows them; "simplest" by default
---@param seed? integer  of the fresh values that follow
---@return Tape
function tapes.replay(values, ending, seed)
  return new(values, #values, ending or "simplest", seed and randomness.new(seed))
end

---Makes a choice.
---@param shape Shape
---@return any
function Tape:choose(shape)
  local index = self.count + 1
  local value
  if index <= self.givenCount then
    value = self.given[index]
    if not allows(shape, value) then
      self.misaligned = self.misaligned or index
      value = nearest(shape, value)
    end
  elseif self.ending == "random" then
    if index > tapes.LIMIT then error(tapes.ENDLESS, 0) end
    value = draw(shape, self.random)
  else
    if index > tapes.LIMIT then error(tapes.ENDLESS, 0) end
    value = simplest(shape)
  end
  self.count = index
  self.values[index], self.shapes[index] = value, shape
  return value
end

---Begins a span.
---@param label string
---@return integer span
function Tape:open(label)
  local span = #self.labels + 1
  if span == 1 then self.labels, self.first, self.last, self.parents = {}, {}, {}, {} end
  self.labels[span], self.first[span] = label, self.count + 1
  self.parents[span] = self.span
  self.span = span
  return span
end

---Ends a span, and those in it that are still open.
---@param span integer
function Tape:close(span)
  local open = self.span
  while open ~= 0 and open >= span do
    self.last[open] = self.count
    open = self.parents[open]
  end
  self.span = open
end

---Ends all spans: the case is over, however.
function Tape:finish()
  if self.span ~= 0 then self:close(1) end
end

-- Writing and reading

local TAGS = { [false] = "\0", [true] = "\1" }

---A tape's values as bytes.
---@param values any[]
---@return string
function tapes.encode(values)
  local pieces = { "PT1\n" }
  for index = 1, #values do
    local value = values[index]
    local kind = math.type(value)
    if type(value) == "boolean" then
      pieces[#pieces + 1] = TAGS[value]
    elseif kind == "integer" then
      pieces[#pieces + 1] = value >= 0 and value < 256 and string.pack("BB", 2, value)
        or string.pack("<Bi8", 3, value)
    elseif kind == "float" then
      pieces[#pieces + 1] = string.pack("<Bd", 4, value)
    else
      pieces[#pieces + 1] = string.pack("<Bs4", 5, value)
    end
  end
  return table.concat(pieces)
end

local readers = {
  [0] = function(_, position) return false, position end,
  [1] = function(_, position) return true, position end,
  [2] = function(bytes, position) return string.unpack("B", bytes, position) end,
  [3] = function(bytes, position) return string.unpack("<i8", bytes, position) end,
  [4] = function(bytes, position) return string.unpack("<d", bytes, position) end,
  [5] = function(bytes, position) return string.unpack("<s4", bytes, position) end,
}

---The values of a tape in bytes.
---@param bytes string
---@return any[]? values  nil for what is no tape
function tapes.decode(bytes)
  if bytes:sub(1, 4) ~= "PT1\n" then return nil end
  local values, position = {}, 5
  while position <= #bytes do
    local read = readers[bytes:byte(position)]
    if not read then return nil end
    local fine, value, following = pcall(read, bytes, position + 1)
    if not fine then return nil end
    values[#values + 1], position = value, following
  end
  return values
end

return tapes
