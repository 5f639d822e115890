-- The value that stands for a RESP or JSON null, which a Lua table cannot hold as nil.

return setmetatable({}, {
  __name = "null",
  __tostring = function() return "null" end,
  __newindex = function() error("null cannot have fields", 2) end,
})
