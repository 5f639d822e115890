-- The target's own counting of what it passes, where it is built for that.

local host = ...
local prelude = host.prelude
local servers = prelude.servers

local instruments = {}

---@param world World
local function isWanted(world)
  local target = prelude.fuzzing.declaredTarget
  return target and target.coverage ~= "off" and not host.setting("server") and not world.isBlind
end

local function mapSize()
  return math.tointeger(tonumber(os.getenv("AFL_MAP_SIZE") or "") or 65536) or 65536
end

---Makes a map that the target will find in its environment.
---@param world World
function instruments.attach(world)
  if not isWanted(world) then return end
  servers.map = host.coverageMap(mapSize()) or false
  if not servers.map then host.complain("there is no shared memory for coverage; fuzzing without it") end
end

---Looks whether anybody counts in it.
---@param world World
function instruments.check(world)
  local map = servers.map
  if not map then return end
  local server = servers.current()
  local socket = server and servers.dial(server, {})
  if socket then
    socket:disconnectFromServer()
    prelude.patience.settle(server, 500)
  end
  local edges = map:judge(false)
  if edges > 0 then
    world.map = map
  else
    servers.map = false
    servers.fresh()
  end
end

return instruments
