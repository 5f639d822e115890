-- The servers under test: the one that plays, and spares that wait for their turn.

local host = ...
local prelude = host.prelude
local failure, kinds = prelude.failure, prelude.kinds
local options, processes = prelude.options, prelude.process

local localsocket = host.localsocket
local now = localsocket.now

local servers = {
  ---@type TargetOptions|false
  options = false,
  restarts = 0,
  ---Whether reports of the next server name functions.
  isNaming = false,
  ---Whether the next server keeps no memory that it does not need.
  isLean = false,
  ---Milliseconds that were spent on waiting for servers.
  waited = 0,
}

---@class Server
---@field path string
---@field pid integer|false
---@field process Process|false
---@field played integer  cases since its start
---@field history any[][]  their tapes, the oldest first
---@field map table|false  its coverage

---@type Server[]
local spares = {}
---@type Server|false
local current = false
local started = 0
local directory = ""

---How long the path of every target's socket is: bugs depend on it.
servers.PATH_LENGTH = 60

---How many failures to start in a row mean that it never will.
local PATIENCE = 3

-- Starting

local function pathOf(number)
  local room = math.max(6, servers.PATH_LENGTH - #directory - 1)
  return ("%s/%s%06d"):format(directory, ("s"):rep(room - 6), number)
end

---Sanitizers end the target at what they find, and say where. What the script or the user has set
---comes behind, and so counts.
local SANITIZERS = {
  ASAN_OPTIONS = "abort_on_error=1:detect_leaks=0:allocator_may_return_null=1",
  UBSAN_OPTIONS = "halt_on_error=1:abort_on_error=1:print_stacktrace=1",
  MSAN_OPTIONS = "abort_on_error=1",
  TSAN_OPTIONS = "halt_on_error=1",
}

---A text of the target's declaration with the path of its socket.
---@param text string
---@param path string
---@return string
function servers.withPath(text, path)
  return (text:gsub("{socket}", function() return path end))
end

local function environment(given, path, map)
  local env = {}
  for name, value in pairs(SANITIZERS) do
    local own = os.getenv(name)
    env[name] = own and value .. ":" .. own or value
  end
  if servers.isLean then
    env.ASAN_OPTIONS = env.ASAN_OPTIONS .. ":quarantine_size_mb=0:thread_local_quarantine_size_kb=0"
  end
  for name in pairs(SANITIZERS) do
    -- Names take the most part of a second.
    env[name] = env[name] .. (servers.isNaming and ":symbolize=1" or ":symbolize=0")
  end
  for name, value in pairs(given or {}) do
    if type(value) == "string" then value = servers.withPath(value, path) end
    env[name] = SANITIZERS[name] and value and env[name] .. ":" .. value or value
  end
  if map then
    env.__AFL_SHM_ID, env.AFL_MAP_SIZE = tostring(map:identifier()), tostring(map:size())
  end
  return env
end

---A copy, as every server reads it anew.
local function stopOf(given)
  local stop = {}
  for key, value in pairs(given) do stop[key] = value end
  return stop
end

---A target that dies leaves no core, unless it is told to.
local function limitsOf(given)
  local limits = { core = 0 }
  for name, value in pairs(given or {}) do limits[name] = value end
  return limits
end

local function commandFor(path, map)
  local given = servers.options
  local command = {
    name = "target", env = environment(given.env, path, map), directory = given.directory,
    limits = limitsOf(given.limits), stop = given.stop and stopOf(given.stop), ready = given.ready,
  }
  for index, word in ipairs(given.command) do
    command[index] = type(word) == "string" and servers.withPath(word, path) or word
  end
  return command
end

---Gives what all servers wait for its place in the directory.
local function settleReadiness(readiness)
  local name = readiness and readiness.name
  if name and not name:find("/", 1, true) then readiness.name = directory .. "/" .. name end
end

---Starts a server, without waiting for it.
---@return Server
local function start()
  started = started + 1
  local path = servers.options.socket or pathOf(started)
  settleReadiness(servers.options.ready)
  -- What a server notifies is its own, unlike what it makes.
  local process = processes.spawn(commandFor(path, servers.map), function(name)
    return name:find("/", 1, true) and name or ("%s/%d.%s"):format(directory, started, name)
  end, true)
  return {
    path = path, pid = process.pid, process = process, played = 0, history = {}, isReady = false,
    map = servers.map or false,
  }
end

local function output(server)
  local notes = {}
  for _, line in ipairs(server.process.native:lastLines(8)) do notes[#notes + 1] = "its output: " .. line end
  return notes
end

local function neverReady(server, what)
  failure.raise {
    kind = "environment", lane = "target", notes = output(server),
    message = ("the target %s before any input"):format(what),
  }
end

local function holds(server)
  local readiness = servers.options.ready
  if not readiness then return host.isListening(server.path) == true end
  return readiness:holds(server.process)
end

---Waits until a server can be connected to.
local function awaitReady(server)
  if server.isReady then return end
  local begin = now()
  local limit = servers.options.ready and servers.options.ready.timeout or 10000
  local pause = 0.1
  while not holds(server) do
    local _, _, phrase = server.process.native:ending()
    if phrase then neverReady(server, phrase) end
    if now() - begin > limit then neverReady(server, ("was not ready in %d s"):format(limit // 1000)) end
    server.process.native:await(pause, "the target to be ready")
    pause = math.min(pause * 1.5, 5)
  end
  server.isReady = true
  servers.waited = servers.waited + now() - begin
end

---Lets go of a server, and of all that it has started.
local function retire(server)
  for _, stream in ipairs { "stdin", "stdout", "stderr" } do
    local conversation = server.process[stream]
    if conversation then conversation:close() end
  end
  host.retire(server.process.native)
  if server.process.notifier then server.process.notifier:close() end
  os.remove(server.path)
end

local function fillPool()
  -- Two servers would count in the one map.
  local count = servers.map and 0 or servers.options.pool or 2
  if servers.options.socket then count = 0 end
  while #spares < count do spares[#spares + 1] = start() end
end

---A server that has seen nothing; the one before is gone.
---@return Server
function servers.fresh()
  if not servers.options then return current end
  if current then
    retire(current)
    current = false
  end
  servers.restarts = servers.restarts + 1
  for attempt = 1, PATIENCE do
    local isSpecial = servers.isLean or servers.isNaming
    local server = not isSpecial and table.remove(spares, 1) or start()
    local fine, problem = pcall(awaitReady, server)
    if fine then
      current = server
      fillPool()
      if server.map then server.map:reset() end
      return server
    end
    retire(server)
    if attempt == PATIENCE or type(problem) ~= "table" then error(problem, 0) end
  end
end

---Prepares the target: that of the script, or one that runs already, or none.
---@param t Scenario
---@return Server|false
function servers.open(t)
  directory = t.directory
  local running = host.setting and host.setting("server")
  servers.options = not running and prelude.fuzzing.declaredTarget
  if running then
    current = { path = running, pid = false, process = false, played = 0, history = {} }
    return current
  end
  return servers.options and servers.fresh()
end

---The server that plays.
---@return Server|false
function servers.current() return current end

---@return boolean  whether there can be another server like it
function servers.canRestart() return servers.options ~= false end

---Ends all servers.
function servers.close()
  if current and current.process then retire(current) end
  for _, server in ipairs(spares) do retire(server) end
  spares, current = {}, false
end

-- Using

local connect, DIALLING = localsocket.connect, { timeout = 5000 }

---Connects to a server.
---@param server Server
---@param given table  checked options
---@return localsocket.Socket?
---@return string? message
---@return string? code
function servers.dial(server, given)
  if not given.timeout and not given.kind then return connect(server.path, DIALLING) end
  return connect(server.path, {
    timeout = given.timeout and options.timeout(given) or DIALLING.timeout, kind = given.kind,
    bind = kinds.ownName(given.kind),
  })
end

---How a server has ended, as the end of a sentence; nil while it runs.
---@param server Server|false
---@return string?
function servers.ending(server)
  if not server or not server.process then return nil end
  local _, _, phrase = server.process.native:ending()
  return phrase
end

---Waits a while for the end of a server of which something makes one think that it dies: it has
---ended a connection, or cannot be reached. Reports of sanitizers take their time.
---@param server Server|false
---@return string? phrase
function servers.awaitEnding(server)
  if not server or not server.process then return nil end
  local deadline, calm, pause = now() + 5000, 0, 0.1
  while now() < deadline do
    local phrase = servers.ending(server)
    if phrase then return phrase end
    calm = host.activity(server.pid) == "asleep" and calm + 1 or 0
    -- One that looks for names sleeps while another program does that.
    if calm > (servers.isNaming and 400 or 5) then return nil end
    server.process.native:await(pause, "the target's end")
    pause = math.min(2 * pause, 2)
  end
end

return servers
