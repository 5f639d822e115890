-- The mark that tells an empty list from an empty object, for which Lua has one table.

local host = ...
local describe = host.prelude.later.describe

local arrays = {}

local Array = { __name = "array" }

---Marks a table as a list.
---@generic T: table
---@param values T
---@return T values  the same table
function arrays.mark(values)
  return setmetatable(values, Array)
end

---@param value any
---@return boolean
function arrays.isMarked(value)
  return getmetatable(value) == Array
end

---How many entries a list has, or nil and the first key that no list has.
---@param values table
---@return integer?
---@return any key
function arrays.length(values)
  local length, count = #values, 0
  for key in pairs(values) do
    if math.type(key) ~= "integer" or key < 1 or key > length then return nil, key end
    count = count + 1
  end
  if count == length then return length end
  for index = 1, length do
    if values[index] == nil then return nil, index end
  end
end

---The global `array`: a list, which stays one when it is empty.
---@generic T: table
---@param values T
---@return T values  the same table
function arrays.array(values)
  if type(values) ~= "table" or getmetatable(values) ~= nil and not arrays.isMarked(values) then
    host.misuse("array takes a list, such as array { 1, 2 }, not " .. describe.value(values))
  end
  local length, key = arrays.length(values)
  if not length then
    host.misuse(("array takes a list, and this table has %s %s"):format(
      values[key] == nil and "no" or "a", describe.step(key)))
  end
  return arrays.mark(values)
end

return arrays
