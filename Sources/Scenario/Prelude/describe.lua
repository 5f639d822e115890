-- Values as text in Lua's own notation: keys sorted, bytes escaped, length and depth bounded.

local host = ...
local prelude = host.prelude
local count, numbers, secrets = prelude.quantities.count, prelude.numbers, prelude.secrets

local describe = {}

local MAX_STRING, MAX_TEXT, MAX_DEPTH = 200, 1000, 8
---Of two texts that differ one is whole up to this length, and else shown this far around the place.
local MAX_WHOLE <const>, AROUND <const> = 120, 60
local named = { ["\n"] = "\\n", ["\r"] = "\\r", ["\t"] = "\\t", ['"'] = '\\"', ["\\"] = "\\\\" }

local function escaped(bytes)
  return (bytes:gsub(".", function(byte)
    return named[byte] or ("\\x%02x"):format(byte:byte())
  end))
end

---The first bytes of a text, not cut inside a UTF-8 sequence.
local function prefix(text, length)
  while length > 0 and text:find("^[\x80-\xbf]", length + 1) do length = length - 1 end
  return text:sub(1, length)
end

---Bytes as they stand between the quotes of a Lua string; text in UTF-8 stays readable.
---@param bytes string
---@return string
function describe.escaped(bytes)
  -- The C1 controls are valid UTF-8, yet a terminal obeys them.
  local isText = utf8.len(bytes)
  local shown = bytes:gsub('[%c"\\]', escaped)
  -- To look for one byte is much faster than to look for a pattern.
  if isText and not bytes:find("\xc2", 1, true) then return shown end
  return (shown:gsub(isText and "\xc2[\x80-\x9f]" or "[\x80-\xff]", escaped))
end

---Bytes as a quoted Lua string; text in UTF-8 stays readable, no control character gets through.
---@param bytes string
---@param limit? integer  the most bytes shown; 200
---@return string
function describe.bytes(bytes, limit)
  limit = limit or MAX_STRING
  bytes = secrets.hide(bytes)
  local shown = #bytes > limit and prefix(bytes, limit) or bytes
  local text = describe.escaped(shown)
  if #shown == #bytes then return '"' .. text .. '"' end
  return ('"%s…" (%s)'):format(text, count(#bytes, "byte"))
end

---The first byte in which two texts differ.
local function firstDifference(left, right)
  local first, step = 1, 1 << 12
  while step > 0 do
    -- Whole pieces first, which are compared many bytes at once.
    while first + step - 1 <= math.min(#left, #right)
      and left:sub(first, first + step - 1) == right:sub(first, first + step - 1) do
      first = first + step
    end
    step = step // 2
  end
  return first
end

---A text in quotes, of a long one what is around a place.
local function around(text, place)
  if #text <= MAX_WHOLE then return describe.bytes(text) end
  local before = prefix(text, math.max(0, math.min(place, #text) - AROUND // 2))
  local part = prefix(text:sub(#before + 1, #before + AROUND + 3), AROUND)
  return ('"%s%s%s" (%s)'):format(before == "" and "" or "…", describe.escaped(part),
    #before + #part < #text and "…" or "", count(#text, "byte"))
end

---Two values that differ, as text; of long texts what is around the first difference.
---@param expected any
---@param actual any
---@return string expected
---@return string actual
function describe.contrast(expected, actual)
  if type(expected) ~= "string" or type(actual) ~= "string" then
    return describe.value(expected), describe.value(actual)
  end
  expected, actual = secrets.hide(expected), secrets.hide(actual)
  local place = firstDifference(expected, actual)
  return around(expected, place), around(actual, place)
end

---A text that is shown as it stands, cut where it is longer than a report has room for.
---@param text string
---@param limit? integer  the most bytes shown; 1000
---@return string
function describe.shortened(text, limit)
  limit = limit or MAX_TEXT
  if #text <= limit then return text end
  return ("%s… (%s)"):format(prefix(text, limit), count(#text, "byte"))
end

local ranks = { number = 1, string = 2, boolean = 3 }

local function precedes(left, right)
  local leftRank, rightRank = ranks[type(left)] or 4, ranks[type(right)] or 4
  if leftRank ~= rightRank then return leftRank < rightRank end
  if leftRank <= 2 then return left < right end
  return tostring(left) < tostring(right)
end

---The keys of a table in a stable order: numbers, strings, booleans, others.
---@param container table
---@return any[]
function describe.sortedKeys(container)
  local keys = {}
  for key in pairs(container) do keys[#keys + 1] = key end
  table.sort(keys, precedes)
  return keys
end

local function number(value)
  if value ~= value then return "nan" end
  if value == math.huge then return "math.huge" end
  if value == -math.huge then return "-math.huge" end
  return numbers.text(value)
end

local function predicate(value)
  local source = debug.getinfo(value, "S")
  if source.what == "C" then return "a native function" end
  return ("the function at %s:%d"):format(source.short_src, source.linedefined)
end

local words = {
  ["and"] = true, ["break"] = true, ["do"] = true, ["else"] = true, ["elseif"] = true,
  ["end"] = true, ["false"] = true, ["for"] = true, ["function"] = true, ["goto"] = true,
  ["if"] = true, ["in"] = true, ["local"] = true, ["nil"] = true, ["not"] = true, ["or"] = true,
  ["repeat"] = true, ["return"] = true, ["then"] = true, ["true"] = true, ["until"] = true,
  ["while"] = true,
}

---Whether a key can be written without brackets and quotes.
local function isName(key)
  return type(key) == "string" and key:find("^[%a_][%w_]*$") ~= nil and not words[key]
end

---@class Draft  the pieces written so far, and which tables they are inside of
---@field size integer
---@field inside table<table, boolean>

local write

local function put(draft, text)
  draft[#draft + 1] = text
  draft.size = draft.size + #text
end

local function writeEntry(draft, key, value, listed, depth)
  if not listed then
    if isName(key) then
      put(draft, key)
    else
      put(draft, "[")
      write(draft, key, depth)
      put(draft, "]")
    end
    put(draft, " = ")
  end
  write(draft, value, depth)
end

local function writeTable(draft, container, depth)
  if next(container) == nil then
    return put(draft, prelude.arrays.isMarked(container) and "array {}" or "{}")
  end
  if draft.inside[container] then return put(draft, "{ … itself … }") end
  if depth > MAX_DEPTH then return put(draft, "{ … }") end
  draft.inside[container] = true
  local length = #container
  for index, key in ipairs(describe.sortedKeys(container)) do
    put(draft, index == 1 and "{ " or ", ")
    if draft.size > MAX_TEXT then
      put(draft, "…")
      break
    end
    local listed = math.type(key) == "integer" and key >= 1 and key <= length
    writeEntry(draft, key, container[key], listed, depth + 1)
  end
  put(draft, " }")
  draft.inside[container] = nil
end

function write(draft, value, depth)
  local kind = type(value)
  if kind == "string" then return put(draft, describe.bytes(value)) end
  if kind == "number" then return put(draft, number(value)) end
  if kind == "function" then return put(draft, predicate(value)) end
  local metatable = getmetatable(value)
  if kind == "table" and not (type(metatable) == "table" and metatable.__tostring) then
    return writeTable(draft, value, depth)
  end
  return put(draft, tostring(value))
end

---A value as text; a table with `__tostring` describes itself.
---@param value any
---@return string
function describe.value(value)
  local draft = { size = 0, inside = {} }
  write(draft, value, 1)
  return table.concat(draft)
end

---The way from a table to one of its entries: ".name", "[2]", '["a b"]'.
---@param key any
---@return string
function describe.step(key)
  return isName(key) and "." .. key or "[" .. describe.value(key) .. "]"
end

return describe
