-- Option tables: what a caller may write in them, and the deadline most of them hold.

local host = ...
local deadlines, describe = host.prelude.deadlines, host.prelude.later.describe

local options = {}

local function unknown(key, known, caller)
  host.misuse(("%s has no option %s%s"):format(
    caller, describe.value(key), host.suggestion(key, describe.sortedKeys(known))))
end

---Whether a value is a list of texts, with nothing else in the table.
local function isList(value)
  if type(value) ~= "table" then return false end
  local count = 0
  for key, member in pairs(value) do
    if math.type(key) ~= "integer" or type(member) ~= "string" then return false end
    count = count + 1
  end
  return count == #value
end

---The types of each option as a set, made once.
---@type table<string, table<string, boolean>>
local typeSets = {}

local function setOf(types)
  local set = {}
  for name in types:gmatch("[^|]+") do set[name] = true end
  typeSets[types] = set
  return set
end

local function isOneOf(value, types)
  local set = typeSets[types] or setOf(types)
  return set[type(value)] or set.list and isList(value)
end

local function wrongType(key, value, types, caller)
  host.misuse(("the option '%s' of %s is a %s, not %s"):format(
    key, caller, types:gsub("list", "list of texts"):gsub("|", " or a "),
    type(value) == "table" and describe.value(value) or "a " .. type(value)))
end

---Raises misuse for an option that the caller does not know or whose value has another type.
---@param given table?
---@param known table<string, string>  the Lua types of each option's values, joined by "|"; "list" is
---  a list of texts
---@param caller string  what messages call the function, e.g. "expect"
---@return table given  the same table, an empty one for nil
function options.check(given, known, caller)
  if given == nil then return {} end
  if type(given) ~= "table" then
    host.misuse(("the options of %s are a table, not a %s"):format(caller, type(given)))
  end
  for key, value in pairs(given) do
    local types = known[key]
    if not types then unknown(key, known, caller) end
    if not isOneOf(value, types) then wrongType(key, value, types, caller) end
  end
  return given
end

---The types of a duration: milliseconds, or text such as "250ms".
options.DURATION = "number|string"

---What the verbs take that only wait.
options.WAIT = { timeout = options.DURATION }

---The total deadline of one wait: its own, else the scenario's; an earlier one around it holds.
---@param given table  checked options
---@return number milliseconds
function options.timeout(given)
  local timeout = host.options.wait
  if given.timeout ~= nil then timeout = host.duration(given.timeout, "timeout") end
  return deadlines.count == 0 and timeout or deadlines.limit(timeout)
end

---A duration that has an end: unlike a deadline's, -1 is none.
---@param value localsocket.Duration
---@param what string  its name in messages
---@return number milliseconds
function options.span(value, what)
  local milliseconds = host.duration(value, what)
  if milliseconds < 0 then host.misuse(what .. " cannot be -1: it has to end") end
  return milliseconds
end

return options
