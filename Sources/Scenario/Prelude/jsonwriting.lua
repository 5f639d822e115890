-- Lua values as JSON text, on one line and with sorted keys, so that equal values are equal text.

local host = ...
local prelude = host.prelude
local arrays, describe, null = prelude.arrays, prelude.describe, prelude.null
local numbers, isPattern = prelude.numbers, prelude.patterns.isPattern

local find, format = string.find, string.format

local jsonwriting = {}

local MAX_DEPTH = prelude.jsonreading.MAX_DEPTH

---@class JSONDraft  the pieces written so far, and where in the message the next one stands
---@field count integer  of the pieces
---@field path any[]  the keys from the message to the value that is being written
---@field inside table<table, boolean>
---@field shownAs fun(text: string): string  what stands for a text

local function fail(draft, depth, problem)
  local steps = {}
  for level = 1, depth do steps[level] = describe.step(draft.path[level]) end
  local place = depth == 0 and "the message" or table.concat(steps) .. " of the message"
  host.misuse(("%s cannot be written as JSON: %s"):format(place, problem))
end

local escapes = { ['"'] = '\\"', ["\\"] = "\\\\", ["\b"] = "\\b", ["\f"] = "\\f", ["\n"] = "\\n",
  ["\r"] = "\\r", ["\t"] = "\\t" }
for code = 0, 31 do
  local control = string.char(code)
  escapes[control] = escapes[control] or format("\\u%04x", code)
end

---Halves of surrogate pairs, which reading makes of the escapes that stand for them.
local function escapeHalves(text)
  return (text:gsub("\xed[\xa0-\xbf][\x80-\xbf]", function(half)
    return format("\\u%04x", utf8.codepoint(half, 1, 1, true))
  end))
end

local function put(draft, piece)
  local count = draft.count + 1
  draft[count], draft.count = piece, count
end

local function writeString(draft, text, depth)
  text = draft.shownAs(text)
  local inner = text
  if find(inner, '["\\\0-\31]') then inner = inner:gsub('["\\\0-\31]', escapes) end
  if find(inner, "[\x80-\xff]") and not utf8.len(inner) then
    inner = escapeHalves(inner)
    local length, position = utf8.len(inner)
    if not length then
      fail(draft, depth, format("the text %s has a byte 0x%02x that is no UTF-8",
        describe.bytes(text, 60), inner:byte(position)))
    end
  end
  put(draft, '"' .. inner .. '"')
end

local function writeNumber(draft, value, depth)
  if value ~= value or value == math.huge or value == -math.huge then
    fail(draft, depth, "it has no form for " .. describe.value(value))
  end
  put(draft, numbers.text(value))
end

local write

local function writeList(draft, values, depth)
  put(draft, "[")
  for index = 1, #values do
    if index > 1 then put(draft, ",") end
    draft.path[depth + 1] = index
    write(draft, values[index], depth + 1)
  end
  put(draft, "]")
end

local function sortedKeys(draft, values, depth)
  local keys = {}
  for key in next, values do
    if type(key) ~= "string" then
      fail(draft, depth, ("the key %s of an object is no text"):format(describe.value(key)))
    end
    keys[#keys + 1] = key
  end
  table.sort(keys)
  return keys
end

local function writeObject(draft, values, depth)
  put(draft, "{")
  for index, key in ipairs(sortedKeys(draft, values, depth)) do
    if index > 1 then put(draft, ",") end
    draft.path[depth + 1] = key
    writeString(draft, key, depth + 1)
    put(draft, ":")
    write(draft, values[key], depth + 1)
  end
  put(draft, "}")
end

---Fails unless a table that has integer keys is a list.
local function checkList(draft, values, depth)
  local length, key = arrays.length(values)
  if length then return end
  if values[key] == nil then
    fail(draft, depth, ("the list has no %s; null stands for nothing"):format(describe.step(key)))
  end
  fail(draft, depth, ("a list has no %s"):format(describe.step(key)))
end

local function writeTable(draft, values, depth)
  if values == null then return put(draft, "null") end
  if isPattern(values) then fail(draft, depth, describe.value(values) .. " is a pattern") end
  if draft.inside[values] then fail(draft, depth, "it contains itself") end
  if depth >= MAX_DEPTH then
    fail(draft, depth, ("values are nested more than %d deep"):format(MAX_DEPTH))
  end
  draft.inside[values] = true
  if values[1] ~= nil or #values > 0 or arrays.isMarked(values) then
    checkList(draft, values, depth)
    writeList(draft, values, depth)
  else
    writeObject(draft, values, depth)
  end
  draft.inside[values] = nil
end

local writers = {
  string = writeString,
  number = writeNumber,
  table = writeTable,
  boolean = function(draft, value) put(draft, tostring(value)) end,
}

function write(draft, value, depth)
  local writer = writers[type(value)]
  if not writer then fail(draft, depth, "it has no form for " .. describe.value(value)) end
  writer(draft, value, depth)
end

local function asItIs(text) return text end

---The JSON text of a value; misuse where it has none.
---@param value any
---@param shownAs? fun(text: string): string  what stands for each text; itself
---@return string
function jsonwriting.text(value, shownAs)
  local draft = { count = 0, path = {}, inside = {}, shownAs = shownAs or asItIs }
  write(draft, value, 0)
  return table.concat(draft, "", 1, draft.count)
end

return jsonwriting
