-- Classes whose misspelt members are errors that name the nearest one.

local host = ...
local class = {}

---Makes a class: a table of methods that is the metatable and the `__index` of its objects.
---Reading a member that does not exist is misuse, so a field without a value holds `false`.
---@param name string  what messages call an object, e.g. "conversation"
---@param elsewhere? table<string, string>  the chunk that adds each method not made here, which is
---  loaded with the first use
---@return table
function class.make(name, elsewhere)
  local methods = { __name = name }
  elsewhere = elsewhere or {}
  methods.__index = methods
  return setmetatable(methods, {
    __index = function(_, member)
      local chunk = elsewhere[member]
      if chunk then
        local _ = host.prelude[chunk]
        return rawget(methods, member)
      end
      local candidates = {}
      for _, members in ipairs { methods, elsewhere } do
        for known in pairs(members) do
          if not known:find("^__") and not (members == elsewhere and rawget(methods, known)) then
            candidates[#candidates + 1] = known
          end
        end
      end
      table.sort(candidates)
      host.misuse(("a %s has no '%s'%s"):format(name, member, host.suggestion(member, candidates)))
    end,
  })
end

return class
