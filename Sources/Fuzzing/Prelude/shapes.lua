-- The shapes of choices: what values each may have, which is the simplest, and which of two is
-- simpler. A shape is a table with a kind; everything here works on finished shapes.

local shapes = {}

---@class Shape
---@field kind "bool"|"int"|"float"|"bytes"|"text"
---@field low? number  of "int" and "float"
---@field high? number
---@field toward? number  the simplest value of "int" and "float"
---@field min? integer  the length of "bytes", and of "text" in characters
---@field max? integer
---@field alphabet? string  the bytes of "bytes", the simplest first; nil for all
---@field probability? number  of true, for "bool"
---@field random? fun(random: Random, shape: Shape): any  how a fresh value is drawn
---@field length? integer  how many values an index has, where the shape is one of a list

local BOOL = { kind = "bool" }

local function clamp(value, low, high)
  return value < low and low or value > high and high or value
end

---How many shapes of one kind are kept, so that a choice need not make its own.
local KEPT = 4096

---A function that gives the same table for the same three keys.
---@param make fun(first: any, second: any, third: any): table
local function kept(make)
  local count, known = 0, {}
  return function(first, second, third)
    local bySecond = known[first]
    local byThird = bySecond and bySecond[second]
    local shape = byThird and byThird[third]
    if shape then return shape end
    if count == KEPT then count, known = 0, {} end
    shape, count = make(first, second, third), count + 1
    bySecond = known[first] or {}
    byThird = bySecond[second] or {}
    known[first], bySecond[second], byThird[third] = bySecond, byThird, shape
    return shape
  end
end

local boolOf = kept(function(probability) return { kind = "bool", probability = probability } end)

---@param probability? number
---@return Shape
function shapes.bool(probability)
  return probability and boolOf(probability, 0, 0) or BOOL
end

local intOf = kept(function(low, high, toward)
  return { kind = "int", low = low, high = high, toward = clamp(toward, low, high) }
end)

---@param low integer
---@param high integer
---@param toward? integer
---@return Shape
function shapes.int(low, high, toward)
  return intOf(low, high, toward or 0)
end

local bytesOf = kept(function(min, max, alphabet)
  return { kind = "bytes", min = min, max = max, alphabet = alphabet or nil }
end)

---@param min integer
---@param max integer
---@param alphabet? string
---@return Shape
function shapes.bytes(min, max, alphabet)
  return bytesOf(min, max, alphabet or false)
end

local indices = {}

---An index of a list, the first of which is the simplest.
---@param count integer
---@return Shape
function shapes.index(count)
  local shape = indices[count]
  if not shape then
    shape = { kind = "int", low = 1, high = count, toward = 1, isEven = true }
    indices[count] = shape
  end
  return shape
end

local function isIn(text, alphabet)
  for index = 1, #text do
    if not alphabet:find(text:sub(index, index), 1, true) then return false end
  end
  return true
end

---@type table<string, fun(shape: Shape, value: any): boolean>
local allows = {
  bool = function(_, value) return type(value) == "boolean" end,
  int = function(shape, value)
    return math.type(value) == "integer" and value >= shape.low and value <= shape.high
  end,
  float = function(shape, value)
    return math.type(value) == "float" and value >= shape.low and value <= shape.high
  end,
  bytes = function(shape, value)
    return type(value) == "string" and #value >= shape.min and #value <= shape.max
      and (not shape.alphabet or isIn(value, shape.alphabet))
  end,
  text = function(shape, value)
    local count = type(value) == "string" and utf8.len(value)
    return count and count >= shape.min and count <= shape.max or false
  end,
}

---Whether a choice of this shape can have this value.
---@param shape Shape
---@param value any
---@return boolean
function shapes.allows(shape, value)
  return allows[shape.kind](shape, value)
end

---The simplest byte of a shape's values.
---@param shape Shape
---@return string
function shapes.simplestByte(shape)
  if shape.kind == "text" then return "0" end
  return shape.alphabet and shape.alphabet:sub(1, 1) or "0"
end

---The simplest value.
---@param shape Shape
---@return any
function shapes.simplest(shape)
  local kind = shape.kind
  if kind == "bool" then return false end
  if kind == "int" or kind == "float" then return shape.toward end
  return shapes.simplestByte(shape):rep(shape.min)
end

---What a value that a shape does not allow becomes: strings keep what they can, as their length may
---be what matters; all others are the simplest.
---@param shape Shape
---@param value any
---@return any
function shapes.nearest(shape, value)
  if shape.kind == "bytes" and type(value) == "string" and #value > shape.max then
    local cut = value:sub(1, shape.max)
    if shapes.allows(shape, cut) then return cut end
  end
  return shapes.simplest(shape)
end

---@return integer
local function byteRank(shape, byte)
  local alphabet = shape.alphabet
  if alphabet then return (alphabet:find(byte, 1, true) or 257) - 1 end
  -- Among all bytes those that can be read come first, from "0" on; the others follow in a circle.
  return byte:byte() - 48 & 0xFF
end

---How far a byte is from the simplest one; beyond 255 for one that is not in the alphabet.
---@param shape Shape
---@param byte string
---@return integer
function shapes.distanceOf(shape, byte)
  return byteRank(shape, byte)
end

---The byte that is so far from the simplest one.
---@param shape Shape
---@param distance integer
---@return string
function shapes.byteAt(shape, distance)
  if shape.alphabet then return shape.alphabet:sub(distance + 1, distance + 1) end
  return string.char(distance + 48 & 0xFF)
end

local function compareStrings(shape, left, right)
  if #left ~= #right then return #left < #right and -1 or 1 end
  for index = 1, #left do
    local one, other = left:sub(index, index), right:sub(index, index)
    if one ~= other then return byteRank(shape, one) < byteRank(shape, other) and -1 or 1 end
  end
  return 0
end

local function compareNumbers(left, right, toward)
  local one, other = math.abs(left - toward), math.abs(right - toward)
  if math.type(one) == "integer" and (one < 0 or other < 0) then
    -- A distance beyond the greatest integer.
    if one ~= other then return math.ult(one, other) and -1 or 1 end
  elseif one ~= other then
    return one < other and -1 or 1
  end
  if left == right then return 0 end
  return left > right and -1 or 1
end

---Which of two values is simpler: below 0 the left one.
---@param shape Shape
---@param left any
---@param right any
---@return integer
function shapes.compare(shape, left, right)
  if left == right then return 0 end
  local kind = shape.kind
  if kind == "bool" then return left and 1 or -1 end
  if kind == "int" then return compareNumbers(left, right, shape.toward) end
  if kind == "float" then
    local isWhole, otherIsWhole = left % 1 == 0, right % 1 == 0
    if isWhole ~= otherIsWhole then return isWhole and -1 or 1 end
    return compareNumbers(left, right, shape.toward)
  end
  return compareStrings(shape, left, right)
end

-- Fresh values

local drawn = {}

function drawn.bool(random, shape)
  return random:chance(shape.probability or 0.5)
end

---Where mistakes are: next to the bounds and to powers of two.
local function edge(random, shape)
  local low, high = shape.low, shape.high
  local which = random:integer(1, 8)
  if which == 1 then return low end
  if which == 2 then return high end
  if which == 3 then return shape.toward end
  if which == 4 then return low < high and low + 1 or low end
  if which == 5 then return low < high and high - 1 or high end
  local value = (1 << random:integer(0, 62)) + random:integer(-1, 1)
  if which == 8 then value = -value end
  if value >= low and value <= high then return value end
  return random:integer(low, high)
end

---Nearer to the simplest value more often, whatever the range.
local function small(random, shape)
  local value = shape.toward + (random:bits() >> random:integer(40, 63))
  if value >= shape.low and value <= shape.high then return value end
  return random:integer(shape.low, shape.high)
end

function drawn.int(random, shape)
  local low, high = shape.low, shape.high
  local count, bits = high - low + 1, random:bits()
  if shape.isEven then return low + (bits >> 1) % count end
  local way = bits & 7
  if way == 0 then return edge(random, shape) end
  -- Not more than half of all integers, of which a remainder can be taken.
  if count > 0 then
    if way < 3 and count > 1000 then return small(random, shape) end
    return low + (bits >> 3) % count
  end
  return way < 3 and small(random, shape) or random:integer(low, high)
end

local FLOAT_EDGES = { 0.0, 1.0, -1.0, 0.5, 1e-308, 1e308, 0x1p53, -0x1p53, 0.1, 3.0 }

function drawn.float(random, shape)
  if random:chance(0.125) then
    local value = FLOAT_EDGES[random:integer(1, #FLOAT_EDGES)]
    if value >= shape.low and value <= shape.high then return value end
  end
  local low, high = math.max(shape.low, -1e308), math.min(shape.high, 1e308)
  local fraction = random:fraction()
  return clamp(low * (1 - fraction) + high * fraction, low, high)
end

local function length(random, shape)
  local min, max = shape.min, shape.max
  if min >= max then return min end
  local way = random:bits() & 15
  if way == 0 then return max end
  if way == 1 then return min end
  if way < 6 then return random:integer(min, max) end
  return random:integer(min, math.min(max, min + 16))
end

local pack, sub, concat = string.pack, string.sub, table.concat

local function anyBytes(random, count)
  local pieces = {}
  for index = 1, (count + 7) // 8 do pieces[index] = pack("<i8", random:bits()) end
  return sub(concat(pieces), 1, count)
end

local function bytesFrom(random, alphabet, count)
  local pieces, size = {}, #alphabet
  local bits, left = 0, 0
  for index = 1, count do
    if left == 0 then bits, left = random:bits(), 8 end
    local position = ((bits & 0xff) * size >> 8) + 1
    bits, left = bits >> 8, left - 1
    pieces[index] = sub(alphabet, position, position)
  end
  return concat(pieces)
end

function drawn.bytes(random, shape)
  local count = length(random, shape)
  if count == 0 then return "" end
  local alphabet = shape.alphabet
  -- A run of one byte is what a fixed buffer is too short for.
  if random:bits() & 7 == 0 then
    local byte = alphabet and bytesFrom(random, alphabet, 1) or anyBytes(random, 1)
    return byte:rep(count)
  end
  return alphabet and bytesFrom(random, alphabet, count) or anyBytes(random, count)
end

local CODE_POINTS = { 0xA0, 0xDF, 0x130, 0x300, 0x7FF, 0x800, 0x200B, 0x202E, 0xFEFF, 0xFFFD, 0x10000,
  0x1F600, 0x10FFFF }

function drawn.text(random, shape)
  local pieces = {}
  for index = 1, length(random, shape) do
    local way = random:bits() & 15
    local code = random:integer(32, 126)
    if way == 0 then code = CODE_POINTS[random:integer(1, #CODE_POINTS)] end
    if way == 1 then code = random:integer(1, 31) end
    pieces[index] = utf8.char(code)
  end
  return concat(pieces)
end

---A fresh value.
---@param shape Shape
---@param random Random
---@return any
function shapes.draw(shape, random)
  return (shape.random or drawn[shape.kind])(random, shape)
end

return shapes
