-- The table that `t:spawn` takes: what is in it is checked, and put in the form the host wants.

local host = ...
local describe, options = host.prelude.describe, host.prelude.options
local ready = host.prelude.ready

local commands = {}

---@class Command
---@field [integer] string|number  the program and its arguments
---@field name? string  as reports show it; else the program's
---@field env? table<string, string|number|false>  false takes a variable out
---@field directory? string  where it starts
---@field input? string  all that it reads from its standard input
---@field sockets? Listener[]|table<string, Listener>  handed over as LISTEN_FDS, by name
---@field ready? Readiness  what is waited for
---@field user? string|integer
---@field limits? table<string, integer|"unlimited">  of setrlimit(2), e.g. { nofile = 64 }
---@field wrap? string[]  a command in which it runs, e.g. { "valgrind" }
---@field pty? boolean  a terminal for its standard streams
---@field stdin? Conversation  its standard input and output
---@field stop? { signal?: string, timeout?: localsocket.Duration, exit?: integer }

---What a command may have besides its words.
commands.OPTIONS = {
  name = "string", env = "table", directory = "string", input = "string", sockets = "table",
  ready = "table", user = "string|number", limits = "table", wrap = "list", pty = "boolean",
  stdin = "table", stop = "table",
}

---What `stop` of a command may have.
commands.STOP_OPTIONS = { signal = "string", timeout = options.DURATION, exit = "number" }

local function checkNul(text, what)
  if text:find("\0", 1, true) then
    host.misuse(("%s cannot hold a NUL byte: %s"):format(what, describe.value(text)))
  end
  return text
end

---The words of a list, numbers as texts.
local function words(list, into)
  for index = 1, #list do
    local word = list[index]
    if type(word) ~= "string" and math.type(word) ~= "integer" then
      host.misuse(("argument %d of a command is a text, not %s"):format(
        index - 1, describe.value(word)))
    end
    into[#into + 1] = checkNul(tostring(word), "an argument")
  end
  return into
end

---The changes of the environment, in the order of their names.
local function environment(env)
  local changes = {}
  for _, name in ipairs(describe.sortedKeys(env or {})) do
    local value = env[name]
    if type(name) ~= "string" or name == "" or name:find("[=%z]") then
      host.misuse(("env: %s is no name of a variable"):format(describe.value(name)))
    end
    if value ~= false and type(value) ~= "string" and type(value) ~= "number" then
      host.misuse(("env: %s is a text, a number or false, not %s"):format(
        name, describe.value(value)))
    end
    changes[#changes + 1] = { name, value and checkNul(tostring(value), "a variable") or nil }
  end
  return changes
end

local function limits(given)
  local list = {}
  for _, name in ipairs(describe.sortedKeys(given or {})) do
    local value = given[name]
    if value ~= "unlimited" and (math.type(value) ~= "integer" or value < 0) then
      host.misuse(('limits: %s is a count from 0 or "unlimited", not %s'):format(
        describe.value(name), describe.value(value)))
    end
    list[#list + 1] = { name, value, value }
  end
  return list
end

---The listeners with the names that the process finds in LISTEN_FDNAMES.
local function listeners(sockets)
  local list, names = {}, {}
  for _, key in ipairs(describe.sortedKeys(sockets or {})) do
    local listener = sockets[key]
    local server = type(listener) == "table" and rawget(listener, "server")
    if not server then
      host.misuse("sockets holds listeners of t:listen, not " .. describe.value(listener))
    end
    if server:hasPendingConnections() then
      host.misuse(("sockets: «%s» has accepted a connection here already"):format(listener.name))
    end
    list[#list + 1] = listener
    names[#names + 1] = (type(key) == "string" and key or listener.name):gsub(":", "_")
  end
  return list, names
end

---The descriptor of a conversation that is given away, which must not have been read.
local function connection(conversation)
  if not conversation then return nil end
  local socket = rawget(conversation, "socket")
  if not socket then host.misuse("stdin is a conversation's end") end
  if socket:bytesAvailable() > 0 or conversation.reader:unread() ~= "" then
    host.misuse(("stdin: bytes of «%s» have come here already"):format(conversation.name))
  end
  socket:flush()
  return socket:socketDescriptor()
end

local function split(command)
  if type(command) ~= "table" then
    host.misuse("t:spawn takes a table such as { \"redis-server\" }, not " .. describe.value(command))
  end
  local given, arguments = {}, {}
  for key, value in pairs(command) do
    if math.type(key) == "integer" then arguments[key] = value else given[key] = value end
  end
  options.check(given, commands.OPTIONS, "t:spawn")
  if not arguments[1] then host.misuse("t:spawn needs a command") end
  for index in pairs(arguments) do
    -- A value that is nil leaves a hole, and ends the list for Lua.
    if index < 1 or index > #arguments or not arguments[index] then
      host.misuse("a value in the command is nil")
    end
  end
  return given, arguments
end

local function checkStop(stop)
  if stop.exit ~= nil and math.type(stop.exit) ~= "integer" then
    host.misuse("stop: exit is a status, not " .. describe.value(stop.exit))
  end
end

local function checkCombination(given)
  if given.stdin and (given.pty or given.input) then
    host.misuse("a process whose stdin is a conversation has neither a pty nor an input")
  end
  if given.ready and not ready.isReadiness(given.ready) then
    host.misuse("ready is one of ready.connectable, ready.notify, ready.logged and ready.exists")
  end
end

---Checks a command.
---@param command Command
---@return table request  what `host.spawn` takes
---@return table given  the options
---@return Listener[] listeners
function commands.read(command)
  local given, arguments = split(command)
  checkCombination(given)
  local stop = options.check(given.stop, commands.STOP_OPTIONS, "stop")
  checkStop(stop)
  local list, names = listeners(given.sockets)
  local numbers = {}
  for index, listener in ipairs(list) do numbers[index] = listener.server:socketDescriptor() end
  return {
    program = tostring(arguments[1]),
    arguments = words(arguments, words(given.wrap or {}, {})),
    environment = environment(given.env), limits = limits(given.limits),
    directory = given.directory and checkNul(given.directory, "directory"),
    user = given.user and checkNul(tostring(given.user), "user"),
    pty = given.pty or false, connection = connection(given.stdin),
    listeners = numbers, listenerNames = names,
    stopSignal = stop.signal, stopStatus = stop.exit,
    stopTimeout = stop.timeout and options.span(stop.timeout, "timeout"),
  }, given, list
end

return commands
