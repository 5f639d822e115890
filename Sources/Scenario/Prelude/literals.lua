-- Values as Lua source that makes them again.

local host = ...
local prelude = host.prelude
local describe, null, numbers, patterns =
  prelude.describe, prelude.null, prelude.numbers, prelude.patterns

local literals = {}

---A string between double quotes; text in UTF-8 stays readable.
---@param bytes string
---@return string
function literals.string(bytes)
  return '"' .. describe.escaped(bytes) .. '"'
end

---How long a run of one byte is before it is written as such.
local RUN = 16

---A string as an expression in which long runs of one byte are written as what they are.
---@param bytes string
---@return string
function literals.expression(bytes)
  local parts, from, position = {}, 1, 1
  while position <= #bytes do
    local byte, last = bytes:byte(position), position
    while bytes:byte(last + 1) == byte do last = last + 1 end
    local length = last - position + 1
    if length >= RUN then
      if from < position then parts[#parts + 1] = literals.string(bytes:sub(from, position - 1)) end
      parts[#parts + 1] = ("(%s):rep(%d)"):format(literals.string(string.char(byte)), length)
      from = last + 1
    end
    position = last + 1
  end
  if from <= #bytes or #parts == 0 then parts[#parts + 1] = literals.string(bytes:sub(from)) end
  return table.concat(parts, " .. ")
end

local function number(value)
  if value ~= value then return "0/0" end
  if value == math.huge then return "math.huge" end
  if value == -math.huge then return "-math.huge" end
  return numbers.text(value)
end

local function key(value)
  local step = describe.step(value)
  if step:sub(1, 1) == "." then return step:sub(2) end
  return "[" .. literals.text(value) .. "]"
end

local MAX_WIDTH = 90

local function container(value, special)
  if next(value) == nil then return prelude.arrays.isMarked(value) and "array {}" or "{}" end
  local pieces, length = {}, #value
  for index, name in ipairs(describe.sortedKeys(value)) do
    local text = literals.text(value[name], special)
    local isListed = math.type(name) == "integer" and name >= 1 and name <= length
    pieces[index] = isListed and text or key(name) .. " = " .. text
  end
  local line = "{ " .. table.concat(pieces, ", ") .. " }"
  if #line <= MAX_WIDTH and not line:find("\n") then return line end
  return "{\n  " .. table.concat(pieces, ",\n"):gsub("\n", "\n  ") .. ",\n}"
end

---A value as source.
---@param value any  of strings, numbers, booleans, `null`, patterns and tables of them
---@param special? fun(value: any): string?  gives the source of some values another form
---@return string
function literals.text(value, special)
  local form = special and special(value)
  if form then return form end
  local kind = type(value)
  if value == null then return "null" end
  if kind == "string" then return literals.string(value) end
  if kind == "number" then return number(value) end
  if patterns.isPattern(value) then
    if value.title == "pattern" then return "pattern " .. literals.string(value.text) end
    return tostring(value)
  end
  if kind == "table" then return container(value, special) end
  return tostring(value)
end

---Whether a script can write a value itself, whatever it holds.
local function hasSource(value)
  if patterns.isPattern(value) then return value.kind == "text" end
  if type(value) == "table" then
    return getmetatable(value) == nil or value == null or prelude.arrays.isMarked(value)
  end
  return type(value) ~= "function" and type(value) ~= "userdata" and type(value) ~= "thread"
end

---A value as source, where it has one.
---@param value any
---@return string?  nil for functions, objects, and what holds one
function literals.of(value)
  local isWritable = true
  local text = literals.text(value, function(part)
    isWritable = isWritable and hasSource(part)
    return type(part) == "string" and literals.expression(part) or nil
  end)
  return isWritable and text or nil
end

return literals
