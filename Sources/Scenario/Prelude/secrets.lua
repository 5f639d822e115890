-- Values that no report may show. The host hides them in everything that it logs; what the prelude
-- escapes or cuts for a sentence hides them before, for they would not be found any more after.

local host = ...

local secrets = {}

local SHOWN = "«secret»"

---@type string[]  the longest first: one that is a part of another would leave the rest readable
local values = {}

---@type table<string, boolean>  the same
local known = {}

local function addForm(form)
  if known[form] then return end
  known[form] = true
  host.secret(form)
  local place = #values + 1
  while place > 1 and #values[place - 1] < #form do place = place - 1 end
  table.insert(values, place, form)
end

---A text as JSON writes it between quotes.
local function asJSON(text)
  return host.prelude.jsonwriting.text(text):sub(2, -2)
end

---Keeps a value out of the log and of every report from now on.
---@param value string
---@return string value
function secrets.add(value)
  if type(value) ~= "string" or value == "" then
    host.misuse("secret takes a text of at least one byte, not "
      .. (value == "" and "an empty one" or "a " .. type(value)))
  end
  addForm(value)
  local json = utf8.len(value) and asJSON(value)
  if json and json ~= value then addForm(json) end
  return value
end

---The bytes with every secret replaced.
---@param bytes string
---@return string
function secrets.hide(bytes)
  for _, value in ipairs(values) do
    if bytes:find(value, 1, true) then bytes = bytes:gsub(value:gsub("%W", "%%%0"), SHOWN) end
  end
  return bytes
end

return secrets
