-- What Tab puts behind what was typed: names of globals, fields, methods, commands and files.

local host = ...
local prelude = host.prelude

local completion = {}

---The names that a value has: its own, and through `__index` those of its class.
---@param value any
---@param names table<string, boolean>  what is found is added
local function addMembers(value, names, depth)
  if depth > 8 then return end
  if type(value) == "table" then
    for key in next, value do
      if type(key) == "string" and key:find("^[%a_][%w_]*$") then names[key] = true end
    end
  end
  local metatable = debug.getmetatable(value)
  local index = type(metatable) == "table" and rawget(metatable, "__index")
  if type(index) == "table" then addMembers(index, names, depth + 1) end
  if type(metatable) == "table" then
    for _, name in ipairs(prelude.manual.members(rawget(metatable, "__name"))) do
      names[name] = true
    end
  end
end

local function membersOf(value)
  local names = {}
  addMembers(value, names, 1)
  return names
end

local function matching(names, prefix)
  local list = {}
  for name in pairs(names) do
    if name:sub(1, #prefix) == prefix and not (prefix == "" and name:find("^_")) then
      list[#list + 1] = name
    end
  end
  table.sort(list)
  return list
end

local function setOf(list)
  local set = {}
  for _, name in ipairs(list) do set[name] = true end
  return set
end

---The abstract names that somebody has bound (unix(7)).
local function abstractNames()
  local names = {}
  local file <close> = io.open("/proc/net/unix")
  for line in file and file:lines() or function() end do
    local name = line:match(" (@[^@]*)$")
    if name then names[name] = true end
  end
  return names
end

---The names of files and sockets, which anybody may have made.
---@param path string  as far as it was typed
---@param notation fun(name: string): string?  how a name is written here; nil where it cannot be
local function files(path, notation)
  local directory, prefix = path:match("^(.*/)([^/]*)$")
  if not directory then directory, prefix = "./", path end
  local isAbstract = path:find("^@")
  if isAbstract then prefix = path end
  local names = {}
  for name in pairs(isAbstract and abstractNames() or setOf(host.names(directory))) do
    local written = notation(name)
    if written then names[written] = true end
  end
  return matching(names, prefix), prefix
end

---A name inside a text of Lua.
local function escaped(name)
  return (name:gsub("[%c\\\"']", function(character)
    if character:find("%c") then return ("\\x%02x"):format(character:byte()) end
    return "\\" .. character
  end))
end

---A name behind a command, where a newline would begin another line.
local function plain(name)
  if not name:find("%c") then return name end
end

local function globals()
  local names = {}
  for name in pairs(prelude.evaluation.locals()) do names[name] = true end
  addMembers(_G, names, 1)
  return names
end

---What can be called on a value: of an object of the language what the manual knows.
local function methodsOf(value)
  local metatable, names = debug.getmetatable(value), {}
  local class = type(metatable) == "table" and rawget(metatable, "__name") or nil
  for _, name in ipairs(prelude.manual.members(class)) do names[name] = true end
  return next(names) and names or membersOf(value)
end

---What could stand in the place of the end of a piece of Lua.
local function candidatesInLua(text)
  local path = text:match("[\"']([^\"']*)$")
  if path then return files(path, escaped) end
  local chain, mark, prefix = text:match("([%a_][%w_.]*)([.:])([%w_]*)$")
  if chain then
    local value = prelude.evaluation.value(chain)
    return matching(mark == ":" and methodsOf(value) or membersOf(value), prefix), prefix
  end
  prefix = text:match("[%a_][%w_]*$") or ""
  return matching(globals(), prefix), prefix
end

---What some commands take, by their names; others take Lua.
local arguments = {
  load = function(rest) return files(rest, plain) end,
  save = function(rest) return files(rest:match("%S*$"), plain) end,
  codec = function(rest) return matching(setOf(prelude.codecs.names()), rest), rest end,
  trace = function(rest) return matching({ on = true, off = true }, rest), rest end,
  set = function(rest) return matching(prelude.printing.limits, rest), rest end,
}

---What could stand in the place of what was typed last, and how that begins.
---@param text string
---@return string[] choices
---@return string prefix
local function candidates(text)
  local name, rest = text:match("^:(%a*)%s*(.-)$")
  if not name then return candidatesInLua(text) end
  if text:find("^:%a*$") then return matching(setOf(prelude.commands.names()), name), name end
  local command = prelude.commands.find(name)
  local complete = arguments[command and command.name] or candidatesInLua
  return complete(rest)
end

local function commonPrefix(list)
  local common = list[1]
  for _, name in ipairs(list) do
    while name:sub(1, #common) ~= common do common = common:sub(1, -2) end
  end
  return common
end

local MAX_SHOWN = 60

---Names side by side in columns, each of which is read downwards.
---@param list string[]
---@param room integer  the columns of the screen
---@return string
local function sideBySide(list, room)
  local widest = 0
  for _, name in ipairs(list) do widest = math.max(widest, utf8.len(name) or #name) end
  local columnCount = math.max(1, (room + 2) // (widest + 2))
  local rowCount = (#list + columnCount - 1) // columnCount
  local rows = {}
  for index, name in ipairs(list) do
    local row = (index - 1) % rowCount + 1
    local isLast = index + rowCount > #list
    local padding = isLast and "" or (" "):rep(widest + 2 - (utf8.len(name) or #name))
    rows[row] = (rows[row] or "") .. name .. padding
  end
  return table.concat(rows, "\n")
end

---What completes a text.
---@param text string  before the cursor
---@return { inserted: string, choices: string }
function completion.complete(text)
  local list, prefix = candidates(text)
  if #list == 0 then return { inserted = "", choices = "" } end
  local inserted = commonPrefix(list):sub(#prefix + 1)
  if #list == 1 or inserted ~= "" then return { inserted = inserted, choices = "" } end
  local shown = sideBySide(table.move(list, 1, math.min(#list, MAX_SHOWN), 1, {}), host.columns())
  if #list > MAX_SHOWN then shown = ("%s\n… %d more"):format(shown, #list - MAX_SHOWN) end
  return { inserted = "", choices = shown }
end

return completion
