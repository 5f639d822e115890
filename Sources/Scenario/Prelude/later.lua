-- The chunks as `host.prelude` has them, each of which is loaded when one of its members is first used:
-- for what many scenarios never need.

local host = ...

local function lateChunk(name)
  return setmetatable({}, {
    __index = function(members, member)
      local value = host.prelude[name][member]
      members[member] = value
      return value
    end,
  })
end

return setmetatable({}, {
  __index = function(chunks, name)
    chunks[name] = lateChunk(name)
    return chunks[name]
  end,
})
