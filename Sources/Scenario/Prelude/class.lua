-- Classes whose misspelt members are errors that name the nearest one, and whose methods know what
-- they are called on.

local host = ...
local getmetatable, rawset = getmetatable, rawset
local class = {}

---@type table<table, string>  what a script calls an object of each class that checks receivers
local variables = {}

---Adds a method that checks what it is called on. Made with its first use, since most scenarios use few.
local function addGuarded(methods, name, unused)
  local method = unused[name]
  unused[name] = nil
  rawset(methods, name, function(self, ...)
    if getmetatable(self) ~= methods then class.checkReceiver(methods, name, self) end
    return method(self, ...)
  end)
  return rawget(methods, name)
end

---Makes a class: a table of methods that is the metatable and the `__index` of its objects.
---Reading a member that does not exist is misuse, so a field without a value holds `false`; for one that
---few objects need, `class.defaults` keeps that in the class.
---@param name string  what messages call an object, e.g. "conversation"
---@param elsewhere? table<string, string>  the chunk that adds each method not made here, which is
---  loaded with the first use
---@return table
function class.make(name, elsewhere)
  local methods, unused = { __name = name }, {}
  elsewhere = elsewhere or {}
  methods.__index = methods
  return setmetatable(methods, {
    elsewhere = elsewhere, unused = unused,
    __index = function(_, member)
      local chunk = elsewhere[member]
      if chunk and not unused[member] then local _ = host.prelude[chunk] end
      if unused[member] then return addGuarded(methods, member, unused) end
      if chunk then return rawget(methods, member) end
      host.misuse(("a %s has no '%s'%s"):format(
        name, member, host.suggestion(member, class.members(methods))))
    end,
  })
end

---Gives a class fields that are `false` until an object sets its own, so that none need be made with each.
---@param methods table  the class
---@param fields string[]
function class.defaults(methods, fields)
  for _, field in ipairs(fields) do rawset(methods, field, false) end
end

---Refuses to call a method on what is no object of its class. An object that another one stands
---behind, which has the method from there, is one too.
---@param methods table  the class
---@param method string  its name
---@param receiver any  what the method was called on
function class.checkReceiver(methods, method, receiver)
  local own = getmetatable(receiver)
  if own == methods then return end
  if variables[own] then
    host.misuse(("%s of a %s was called on a %s"):format(method, methods.__name, own.__name))
  end
  if own and type(receiver) == "table" and receiver[method] then return end
  host.misuse(("%s is called with a colon: %s:%s(…)"):format(method, variables[methods], method))
end

---Makes the methods that a class gets from now on check what they are called on.
---@param methods table  the class, still without methods
---@param variable string  what a script calls an object of it, e.g. "c"
---@param except? table<string, boolean>  methods that are called too often for a function around
---  them, and check it themselves
function class.checkReceivers(methods, variable, except)
  variables[methods] = variable
  except = except or {}
  -- Lua calls these, each on its own object.
  except.__close, except.__tostring = true, true
  local unused = getmetatable(methods).unused
  getmetatable(methods).__newindex = function(_, name, method)
    if except[name] then rawset(methods, name, method) else unused[name] = method end
  end
end

---The names of a class's methods, sorted.
---@param methods table  the class
---@return string[]
function class.members(methods)
  local names, known, metatable = {}, {}, getmetatable(methods)
  for _, members in ipairs { methods, metatable.unused, metatable.elsewhere } do
    for name, member in pairs(members) do
      if member and not name:find("^__") and not known[name] then
        known[name] = true
        names[#names + 1] = name
      end
    end
  end
  table.sort(names)
  return names
end

return class
