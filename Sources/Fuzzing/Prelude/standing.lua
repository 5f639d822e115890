-- The target as a process of an ordinary scenario.

local host = ...
local prelude = host.prelude
local ready, servers = prelude.ready, prelude.servers

local standing = {}

---Starts the script's target.
---@param t Scenario
---@return string path  that it listens on
function standing.start(t)
  local given = prelude.fuzzing.declaredTarget
  if not given then host.misuse("t:connect() needs a target{…}") end
  local path = given.socket or t:path("target")
  local command = {
    name = "target", directory = given.directory, limits = given.limits, stop = given.stop, env = {},
    ready = given.ready or ready.globals.connectable(path),
  }
  for index, word in ipairs(given.command) do
    command[index] = type(word) == "string" and servers.withPath(word, path) or word
  end
  for name, value in pairs(given.env or {}) do
    command.env[name] = type(value) == "string" and servers.withPath(value, path) or value
  end
  t:spawn(command)
  return path
end

return standing
