-- What `:help` tells: the comments of the sources, from which the documentation is made.

local host = ...

local manual = {}

---The chunks of the prelude whose functions a script can call, and the reference of the module.
local SOURCES = {
  "opening", "course", "conversation", "expecting", "choosing", "ending", "talk", "listener",
  "process", "assertions", "patterns", "localsocket",
}

---What scripts write in the place of an owner and its mark.
local WRITTEN = { Scenario = "t:", assertions = "", patterns = "" }

---The functions that `t` has as methods.
local isAssertion = {}
for _, name in ipairs(host.prelude.scenario.assertions) do isAssertion[name] = true end

---Methods that are there for the language itself.
local INTERNAL = {
  handOver = true, searchLog = true, hasNotified = true, isFailure = true, __tostring = true,
  __close = true,
}

---@class Entry
---@field owner string  the class, in small letters
---@field signature string
---@field about string[]

---@type table<string, Entry[]>|false  by the name of the member
local entries = false

local function add(owner, mark, member, arguments, about)
  if isAssertion[member] then owner = "Scenario" end
  entries[member] = entries[member] or {}
  table.insert(entries[member], {
    owner = owner:lower(),
    signature = (WRITTEN[owner] or owner .. mark) .. member .. arguments, about = about,
  })
end

local function readSource(text)
  local about = {}
  for line in text:gmatch("[^\n]*") do
    local comment = line:match("^%-%-%-%s?(.*)")
    local owner, mark, member, arguments =
      line:match("^function ([%w_.]+)([.:])([%w_]+)(%b())")
    if comment and not comment:find("^@async") then
      about[#about + 1] = comment
    else
      if owner and not INTERNAL[member] then add(owner, mark, member, arguments, about) end
      about = {}
    end
  end
end

local function readSources()
  entries = {}
  for _, name in ipairs(SOURCES) do
    local text = host.source(name)
    if text then readSource(text) end
  end
end

---The class of what a name stands for, in small letters.
local function classOf(name)
  local value = _G[name:match("^[%w_]+")]
  local metatable = getmetatable(value)
  local class = type(metatable) == "table" and rawget(metatable, "__name") or name
  return (class:lower():gsub("^localsocket%.", ""))
end

local function isOwnedBy(entry, owner)
  if not owner then return true end
  return entry.owner == owner:lower() or entry.owner == classOf(owner)
end

local function text(entry)
  local lines = { entry.signature }
  for _, line in ipairs(entry.about) do
    lines[#lines + 1] = "    " .. line:gsub("^@(%a+)%s*", {
      param = "", overload = "", ["return"] = "returns ",
    })
  end
  return table.concat(lines, "\n")
end

---Calls a function with each member of a class, and what is known of it.
local function eachMember(class, visit)
  if not entries then readSources() end
  local owner = class:lower():gsub("^localsocket%.", "")
  for member, all in pairs(entries) do
    for _, entry in ipairs(all) do
      if entry.owner == owner then visit(member, entry) end
    end
  end
end

---The methods of a class.
---@param class string?
---@return string[]
function manual.members(class)
  local names = {}
  eachMember(class or "", function(member) names[#names + 1] = member end)
  return names
end

---The methods of the class of what a name stands for, one a line.
local function overview(name)
  local signatures = {}
  eachMember(classOf(name), function(_, entry) signatures[#signatures + 1] = entry.signature end)
  table.sort(signatures)
  return signatures[1] and table.concat(signatures, "\n") or nil
end

---What is known of a function or a method.
---@param name string  "c:expect", "t.connect", "localsocket.pair", "expect", "c"
---@return string?
function manual.find(name)
  if not entries then readSources() end
  local owner, member = name:match("^(.*)[.:]([%w_]+)$")
  local found = {}
  local all = entries[member or name] or {}
  for _, entry in ipairs(all) do
    if isOwnedBy(entry, owner) then found[#found + 1] = text(entry) end
  end
  -- A name that stands for nothing yet, as `c` before there is a connection.
  if #found == 0 and owner and _G[owner] == nil then
    for index, entry in ipairs(all) do found[index] = text(entry) end
  end
  return found[1] and table.concat(found, "\n") or overview(name)
end

return manual
