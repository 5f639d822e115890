-- Classes whose misspelt members are errors that name the nearest one.

local host = ...
local class = {}

---Makes a class: a table of methods that is the metatable and the `__index` of its objects.
---Reading a member that does not exist is misuse, so a field without a value holds `false`.
---@param name string  what messages call an object, e.g. "conversation"
---@return table
function class.make(name)
  local methods = { __name = name }
  methods.__index = methods
  return setmetatable(methods, {
    __index = function(_, member)
      local candidates = {}
      for known in pairs(methods) do
        if not known:find("^__") then candidates[#candidates + 1] = known end
      end
      table.sort(candidates)
      host.misuse(("a %s has no '%s'%s"):format(name, member, host.suggestion(member, candidates)))
    end,
  })
end

return class
