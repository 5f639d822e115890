-- JSON text as Lua values.
--
-- Objects are tables, lists are marked as arrays, null is `null`. Integers are exact in 64 bits;
-- any other number is a float. Of two equal keys the last one counts. Half a surrogate pair, which
-- is no character, becomes the three bytes that UTF-8 would have for it.

local host = ...
local prelude = host.prelude
local describe, mark, null = prelude.describe, prelude.arrays.mark, prelude.null

local byte, find, match, sub = string.byte, string.find, string.match, string.sub

local jsonreading = {}

---The most lists and objects inside one another.
jsonreading.MAX_DEPTH = 512

local MAX_DEPTH = jsonreading.MAX_DEPTH

---@class SyntaxError  raised inside this file alone
---@field position integer
---@field problem string
local SyntaxError = {}

local function fail(position, problem)
  error(setmetatable({ position = position, problem = problem }, SyntaxError), 0)
end

local function expected(what, text, position)
  local got = position > #text and "the end"
    or describe.bytes(match(text, "^[^%s,:%[%]{}]+", position) or sub(text, position, position), 20)
  fail(position, ("expected %s, got %s"):format(what, got))
end

local escapes = {
  ['"'] = '"', ["\\"] = "\\", ["/"] = "/", b = "\b", f = "\f", n = "\n", r = "\r", t = "\t",
}

---The character of an escape \uXXXX at its backslash, and of the second half that may follow it.
---@return string
---@return integer position  behind it
local function unicode(text, position)
  local digits = match(text, "^%x%x%x%x", position + 2)
  if not digits then expected("four hexadecimal digits", text, position + 2) end
  local code = tonumber(digits, 16)
  if code >= 0xD800 and code < 0xDC00 then
    local low = match(text, "^\\u([dD][c-fC-F]%x%x)", position + 6)
    if low then
      return utf8.char(0x10000 + (code - 0xD800 << 10) + (tonumber(low, 16) - 0xDC00)),
        position + 12
    end
  end
  return utf8.char(code), position + 6
end

---A string with escapes, from its first byte behind the quote.
---@return string
---@return integer position  behind the closing quote
local function readEscaped(text, position)
  local pieces, count = {}, 0
  while true do
    local at = find(text, '["\\\0-\31]', position)
    if not at then expected('a closing "', text, #text + 1) end
    count = count + 1
    pieces[count] = sub(text, position, at - 1)
    local mark = byte(text, at)
    if mark == 34 then return table.concat(pieces), at + 1 end
    if mark ~= 92 then
      fail(at, ("expected an escape, got the control character 0x%02x"):format(mark))
    end
    local letter = sub(text, at + 1, at + 1)
    count = count + 1
    if letter == "u" then
      pieces[count], position = unicode(text, at)
    else
      pieces[count] = escapes[letter] or expected("an escape", text, at + 1)
      position = at + 2
    end
  end
end

local function readString(text, position)
  local plain, after = match(text, '^([^"\\\0-\31]*)"()', position + 1)
  if plain then return plain, after end
  return readEscaped(text, position + 1)
end

---So many digits are an integer.
local SAFE_DIGITS = 18

---A number whose form needs a look at each of its parts.
local function readOddNumber(text, position)
  local first, last = find(text, "^-?%d+", position)
  if not first then expected("a digit", text, position + 1) end
  local mark = byte(text, last + 1)
  if mark == 46 or mark == 69 or mark == 101 then  -- "." or "E" or "e"
    first, last = find(text, "^-?%d+%.?%d*[eE]?[+-]?%d*", position)
  end
  local digits = sub(text, first, last)
  if find(digits, "^-?0%d") then expected("a number without a 0 before it", text, position) end
  if find(digits, "%.%D") or find(digits, "[^%d]$") then expected("a digit", text, last + 1) end
  local value = tonumber(digits)
  if not value then expected("a number", text, position) end
  if value == math.huge or value == -math.huge then
    fail(position, ("the number %s is too large for a float"):format(describe.bytes(digits, 30)))
  end
  if value == 0 and byte(digits) == 45 then value = -0.0 end
  return value, last + 1
end

local function readNumber(text, position)
  local digits, after = match(text, "^([1-9]%d*)()[],}%s]", position)
  if digits and #digits <= SAFE_DIGITS then return tonumber(digits), after end
  return readOddNumber(text, position)
end

---@type table<integer, fun(text: string, position: integer, depth: integer): any, integer>
local readers = {}

local function readValue(text, position, depth)
  local read = readers[byte(text, position)]
  if not read then expected("a value", text, position) end
  return read(text, position, depth)
end

local function enter(position, depth)
  if depth > MAX_DEPTH then
    fail(position, ("values are nested more than %d deep"):format(MAX_DEPTH))
  end
end

local function readList(text, position, depth)
  enter(position, depth)
  local values, count = mark {}, 0
  local after = match(text, "^[ \t\r\n]*%]()", position + 1)
  if after then return values, after end
  after = match(text, "^[ \t\r\n]*()", position + 1)
  while true do
    count = count + 1
    values[count], position = readValue(text, after, depth + 1)
    local ending, behind
    ending, behind, after = match(text, "^[ \t\r\n]*([],])()[ \t\r\n]*()", position)
    if ending == "]" then return values, behind end
    if not ending then expected('"," or "]"', text, match(text, "^[ \t\r\n]*()", position)) end
  end
end

---A key and the position of its value.
local function readKey(text, position)
  local key, after = match(text, '^"([^"\\\0-\31]*)"[ \t\r\n]*:[ \t\r\n]*()', position)
  if key then return key, after end
  if byte(text, position) ~= 34 then expected("a key in quotes", text, position) end
  key, position = readString(text, position)
  after = match(text, "^[ \t\r\n]*:[ \t\r\n]*()", position)
  if not after then
    expected('":" behind the key', text, match(text, "^[ \t\r\n]*()", position))
  end
  return key, after
end

local function readObject(text, position, depth)
  enter(position, depth)
  local values, key = {}, nil
  local after = match(text, "^[ \t\r\n]*}()", position + 1)
  if after then return values, after end
  after = match(text, "^[ \t\r\n]*()", position + 1)
  while true do
    key, after = readKey(text, after)
    values[key], position = readValue(text, after, depth + 1)
    local ending, behind
    ending, behind, after = match(text, "^[ \t\r\n]*([},])()[ \t\r\n]*()", position)
    if ending == "}" then return values, behind end
    if not ending then expected('"," or "}"', text, match(text, "^[ \t\r\n]*()", position)) end
  end
end

local function literal(word, value)
  return function(text, position)
    local last = position + #word - 1
    if sub(text, position, last) ~= word then expected("a value", text, position) end
    return value, last + 1
  end
end

readers[byte '"'] = readString
readers[byte "{"] = readObject
readers[byte "["] = readList
readers[byte "t"] = literal("true", true)
readers[byte "f"] = literal("false", false)
readers[byte "n"] = literal("null", null)
readers[byte "-"] = readNumber
for digit = 0, 9 do readers[byte "0" + digit] = readNumber end

---Bytes that are no UTF-8 are no JSON either.
local function checkEncoding(text)
  local length, position = utf8.len(text)
  if not length then fail(position, ("byte 0x%02x is no UTF-8"):format(byte(text, position))) end
end

local function read(text)
  if find(text, "[\x80-\xff]") then checkEncoding(text) end
  local value, position = readValue(text, match(text, "^[ \t\r\n]*()"), 1)
  position = match(text, "^[ \t\r\n]*()", position)
  if position <= #text then expected("the end", text, position) end
  return value
end

---The value that a text stands for, which is one value and nothing else.
---@param text string
---@return any value  nil when the text is no JSON
---@return string? problem  what was expected and what was there instead
---@return integer? position  of the byte that is wrong
function jsonreading.value(text)
  local isValid, value = pcall(read, text)
  if isValid then return value end
  if getmetatable(value) ~= SyntaxError then error(value, 0) end
  return nil, value.problem, value.position
end

return jsonreading
