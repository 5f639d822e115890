-- Option tables: what a caller may write in them, and the deadline most of them hold.

local host = ...
local describe = host.prelude.describe

local options = {}

local function unknown(key, known, caller)
  host.misuse(("%s has no option %s%s"):format(
    caller, describe.value(key), host.suggestion(key, describe.sortedKeys(known))))
end

---Raises misuse for an option that the caller does not know or whose value has another type.
---@param given table?
---@param known table<string, string>  the Lua types of each option's values, joined by "|"
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
    if not ("|" .. types .. "|"):find("|" .. type(value) .. "|", 1, true) then
      host.misuse(("the option '%s' of %s is a %s, not a %s"):format(
        key, caller, types:gsub("|", " or a "), type(value)))
    end
  end
  return given
end

---The types of a duration: milliseconds, or text such as "250ms".
options.DURATION = "number|string"

---What the verbs take that only wait.
options.WAIT = { timeout = options.DURATION }

---The total deadline of one wait: its own, else the scenario's.
---@param given table  checked options
---@return number milliseconds
function options.timeout(given)
  if given.timeout == nil then return host.options.wait end
  return host.duration(given.timeout, "timeout")
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
