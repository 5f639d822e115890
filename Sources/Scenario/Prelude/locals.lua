-- The values of the variables that the failing line of a script names.

local host = ...
local describe = host.prelude.describe

local getinfo, getlocal, getupvalue = debug.getinfo, debug.getlocal, debug.getupvalue

local locals = {}

local MOST, LONGEST = 8, 120
---How many lines a statement may have beside its first one.
local MORE_LINES = 10

---The text of a statement from its first line on: as many lines as its brackets are open, without
---texts and comments.
local function statement(lines, first)
  local text, depth = "", 0
  for number = first, math.min(#lines, first + MORE_LINES) do
    local line, longTexts = lines[number]:gsub("\\.", ""):gsub('"[^"]*"', '""')
      :gsub("'[^']*'", "''"):gsub("%-%-.*", ""):gsub("%[=*%[.*", "")
    text = text .. line .. "\n"
    local _, opened = line:gsub("[({]", "")
    local _, closed = line:gsub("[)}]", "")
    depth = depth + opened - closed
    if depth <= 0 or longTexts > 0 then break end
  end
  return text
end

---The names in a text that may be variables, in their order; those behind a dot or a colon are none.
local function namesIn(text)
  local names = {}
  -- The dots of a concatenation are none.
  for before, name in ("\n" .. text:gsub("%.%.", " ")):gmatch("([^%w_])%s*([%a_][%w_]*)") do
    if before ~= "." and before ~= ":" and not names[name] then
      names[name] = true
      names[#names + 1] = name
    end
  end
  return names
end

---Every variable that can be seen from a frame, the innermost of each name.
local function variables(thread, level, fn)
  local found = {}
  local index, name, value = 1, getupvalue(fn, 1)
  while name do
    found[name] = { value = value }
    index = index + 1
    name, value = getupvalue(fn, index)
  end
  index, name, value = 1, getlocal(thread, level, 1)
  while name do
    found[name] = { value = value }
    index = index + 1
    name, value = getlocal(thread, level, index)
  end
  return found
end

---Whether a value says more than its name: functions and the objects of the language do not.
local function isTelling(value)
  local kind = type(value)
  if kind == "function" or kind == "userdata" or kind == "thread" then return false end
  return kind ~= "table" or getmetatable(value) == nil
end

---Whether a value may be a secret that the script has not yet said to be one.
local function mayBeSecret(value)
  local kind = type(value)
  return kind == "string" or kind == "table" or kind == "number" and #tostring(value) > 2
end

local function shown(value)
  if type(value) == "string" then return describe.bytes(value, LONGEST) end
  local text = describe.value(value)
  return #text <= LONGEST and text or describe.shortened(text, LONGEST)
end

---The level of a thread at which a script stands, and its frame.
local function frame(thread)
  local level = 0
  local info = getinfo(thread, level, "Slf")
  while info and (info.what == "C" or info.source:find("^=%[parley%]")) do
    level = level + 1
    info = getinfo(thread, level, "Slf")
  end
  return level, info
end

---The variables that the line names on which a thread stands, with their values.
---@param thread thread  stopped, with its frames
---@param source string  the text of the script that it is in
---@param hasSecrets boolean  whether any text and number may be a secret, so that none is shown
---@return string[]  "name = value"
function locals.list(thread, source, hasSecrets)
  local lines = {}
  for line in (source .. "\n"):gmatch("(.-)\r?\n") do lines[#lines + 1] = line end
  local level, info = frame(thread)
  if not info or not lines[info.currentline] then return {} end
  local seen, values = variables(thread, level, info.func), {}
  for _, name in ipairs(namesIn(statement(lines, info.currentline))) do
    local variable = seen[name]
    if variable and isTelling(variable.value) and #values < MOST then
      local isHidden = hasSecrets and mayBeSecret(variable.value)
      values[#values + 1] = name .. " = " .. (isHidden and "…" or shown(variable.value))
    end
  end
  return values
end

return locals
