-- Values as Lua source, for scripts that parley writes.

local host = ...
local prelude = host.prelude
local describe, patterns = prelude.describe, prelude.patterns

local literals = {}

---Bytes that are written as they are; the others as escapes.
local function escaped(byte)
  local names = { ["\n"] = "\\n", ["\r"] = "\\r", ["\t"] = "\\t", ['"'] = '\\"', ["\\"] = "\\\\" }
  return names[byte] or ("\\x%02x"):format(byte:byte())
end

---How long a run of one byte is before it is written as such.
local RUN = 16

local function quoted(text)
  return '"' .. text:gsub('[%c"\\\x7f-\xff]', escaped) .. '"'
end

---Bytes, with long runs of one byte written as what they are.
---@param bytes string
---@return string
function literals.bytes(bytes)
  local parts, from, position = {}, 1, 1
  while position <= #bytes do
    local byte = bytes:sub(position, position)
    local last = position
    while bytes:byte(last + 1) == byte:byte() do last = last + 1 end
    if last - position + 1 >= RUN then
      if from < position then parts[#parts + 1] = quoted(bytes:sub(from, position - 1)) end
      parts[#parts + 1] = ("(%s):rep(%d)"):format(quoted(byte), last - position + 1)
      from = last + 1
    end
    position = last + 1
  end
  if from <= #bytes or #parts == 0 then parts[#parts + 1] = quoted(bytes:sub(from)) end
  return table.concat(parts, " .. ")
end

local isName = "^[%a_][%w_]*$"

local writable

local function tableText(value)
  local parts, count = {}, #value
  for index = 1, count do parts[index] = writable(value[index]) end
  for _, key in ipairs(describe.sortedKeys(value)) do
    if not (math.type(key) == "integer" and key >= 1 and key <= count) then
      local name = type(key) == "string" and key:find(isName) and key or "[" .. writable(key) .. "]"
      parts[#parts + 1] = name .. " = " .. writable(value[key])
    end
  end
  return #parts == 0 and "{}" or "{ " .. table.concat(parts, ", ") .. " }"
end

---Raised where a value has no source.
local UNWRITABLE = {}

function writable(value)
  local kind = type(value)
  if kind == "string" then return literals.bytes(value) end
  if kind == "number" or kind == "boolean" or kind == "nil" then return ("%q"):format(value) end
  if patterns.isPattern(value) then
    if value.kind == "text" then return "pattern(" .. literals.bytes(value.text) .. ")" end
    error(UNWRITABLE, 0)
  end
  if kind == "table" and getmetatable(value) == nil then return tableText(value) end
  error(UNWRITABLE, 0)
end

---A value as source.
---@param value any
---@return string?  nil for what has none: functions, objects
function literals.of(value)
  local fine, text = pcall(writable, value)
  if fine then return text end
  if text ~= UNWRITABLE then error(text, 0) end
end

return literals
