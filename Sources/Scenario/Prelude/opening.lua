-- What a scenario opens: paths, connections, listeners, processes. Methods of `t`.

local host = ...
local prelude = host.prelude
local codecs, conversations, kinds = prelude.codecs, prelude.conversation, prelude.kinds
local later, names, options = prelude.later, prelude.names, prelude.options
local describe, failure, listeners = later.describe, later.failure, later.listener
local processes, quantities, waits = later.process, later.quantities, prelude.waiting

local localsocket = host.localsocket

local Scenario, checkText = prelude.scenario.class, prelude.scenario.checkText

---@class ConversationOptions
---@field codec? string|Codec  "stream" by default, or "packet" where the kind has packets
---@field kind? Kind  "stream" by default
---@field name? string  as reports show it; else the last part of the socket's name
---@field chunk? integer  the most bytes of one write
---@field gap? localsocket.Duration  the pause between two writes

---@class ConnectOptions: ConversationOptions
---@field timeout? localsocket.Duration

---@class ListenOptions: ConversationOptions  those of its conversations, and its own
---@field backlog? integer  how many connections may wait to be accepted

---A name that no file can have is the script's mistake, whatever the environment.
local function checkFileName(name, what)
  if name:find("\0", 1, true) then
    host.misuse(("%s cannot hold a NUL byte: %s"):format(what, describe.value(name)))
  end
  for part in name:gmatch("[^/]+") do
    if #part > 255 then
      host.misuse(("%s has %d bytes, and a file name has 255 at most"):format(what, #part))
    end
  end
end

---A socket path in the scenario's directory.
---@param name string
---@return string
function Scenario:path(name)
  checkText(name, "the name of a path")
  checkFileName(name, "the name of a path")
  return host.directory() .. "/" .. name
end

---A bare name is one in the scenario's directory.
local function address(self, name)
  checkText(name, "the name of a socket")
  if name:find("^@") then return name end
  checkFileName(name, "the name of a socket")
  return name:find("/", 1, true) and name or self:path(name)
end

---An abstract name of this scenario's own.
---@param name string
---@return string  "@" and what nobody else uses
function Scenario:abstract(name)
  checkText(name, "an abstract name")
  -- The directory is this scenario's alone, and so is a name that begins with it.
  return "@" .. host.directory() .. "/" .. name
end

local function with(known, more)
  local all = {}
  for key, types in pairs(known) do all[key] = types end
  for key, types in pairs(more) do all[key] = types end
  return all
end

---Everything that can be wrong with the options of a conversation, before anything is made.
local function checked(opts, known, caller)
  local given = options.check(opts, known, caller)
  kinds.check(given, caller)
  codecs.find(given.codec, given.kind)
  return given
end

local connectOptions = with(conversations.OPTIONS, options.WAIT)

---A name as the script would write it: in the scenario's directory a bare one.
local function bareName(name)
  local directory = name:find("^/") and host.directory() .. "/"
  return directory and name:sub(1, #directory) == directory and name:sub(#directory + 1) or name
end

local absences = { ServerNotFoundError = true, ConnectionRefusedError = true }

---The sentence of the module, without the path where all that is wrong is that nobody is there.
local function refusal(name, message, code)
  local reason = absences[code] and message:match("\": connect: (.+)$")
  if not reason then return message end
  return ("nobody listens on %s: %s"):format(describe.bytes(bareName(name)), reason)
end

local function cannotConnect(name, lane, timeout, message, code)
  if code == "SocketTimeoutError" then
    local subject = waits.describe("connect", lane)
    failure.raise {
      kind = "timeout", lane = lane, subject = subject,
      message = ("waited %s for %s; its backlog is full"):format(
        quantities.duration(timeout), subject),
    }
  end
  failure.raise { kind = "closed", lane = lane, message = refusal(name, message, code) }
end

---Connects, without a second try.
---@param name string  of a socket: bare as `t:path(name)`, a path, or "@name"
---@param opts? ConnectOptions
---@return Conversation
function Scenario:connect(name, opts)
  local given = checked(opts, connectOptions, "connect")
  local path = address(self, name)
  local lane = names.take(given.name or names.ofPath(name))
  local function dial()
    local timeout = options.timeout(given)
    local socket, message, code = localsocket.connect(path, {
      timeout = timeout, kind = given.kind, bind = kinds.ownName(given.kind),
    })
    if not socket then cannotConnect(name, lane, timeout, message, code) end
    host.log("connected", lane, name, nil, socket)
    return socket
  end
  local conversation = conversations.new(dial(), lane, given)
  conversation.dial = dial
  return conversation
end

---Fails with the sentence of the module, which names the address.
local function unavailable(lane, message)
  failure.raise { kind = "environment", lane = lane, message = message }
end

local listenOptions = with(conversations.OPTIONS, { backlog = "number" })

local function checkBacklog(backlog)
  if backlog ~= nil and (math.type(backlog) ~= "integer" or backlog < 1) then
    host.misuse("the option 'backlog' of listen is a count of connections from 1, not "
      .. describe.value(backlog))
  end
end

---What a client connects to; a relative path was taken from the temporary directory.
local function reachable(server, path)
  return path:find("^[/@]") and path or server:fullServerName()
end

---A conversation of what anybody sends to a name.
local function receiver(name, path, given)
  local lane = names.take(given.name or names.ofPath(name))
  local socket, message = localsocket.listen(path, { kind = given.kind })
  if not socket then unavailable(lane, message) end
  host.log("listening", lane, name)
  return kinds.answerSenders(conversations.new(socket, lane, given, true))
end

---Listens; a client can connect as soon as it returns.
---@param name string  of a socket, as in `connect`
---@param opts? ListenOptions
---@return Listener|Conversation  of datagrams the conversation that receives them
function Scenario:listen(name, opts)
  local given = checked(opts, listenOptions, "listen")
  checkBacklog(given.backlog)
  local path = address(self, name)
  if given.kind == "datagram" then return receiver(name, path, given) end
  local lane = given.name or names.ofPath(name)
  local server, message = localsocket.listen(path, { kind = given.kind, backlog = given.backlog })
  if not server then unavailable(lane, message) end
  host.log("listening", lane, name)
  return listeners.new(server, lane, reachable(server, path), given)
end

---Two conversations that are connected; for codecs with roles the second is the one that accepted.
---@param opts? ConversationOptions
---@return Conversation
---@return Conversation
function Scenario:pair(opts)
  local given = checked(opts, conversations.OPTIONS, "pair")
  local lane = given.name or "pair"
  local left, right = localsocket.pair(given.kind)
  if not left then unavailable(lane, right) end
  local leftName, rightName = names.take(lane .. ".a"), names.take(lane .. ".b")
  host.log("connected", leftName, nil, rightName)
  host.log("connected", rightName, nil, leftName)
  local first = conversations.new(left, leftName, given)
  local second = conversations.new(right, rightName, given, true)
  first.partner, second.partner = second, first
  return first, second
end

---Starts a process under test, and waits until it is ready.
---@param command Command
---@return Process
function Scenario:spawn(command)
  return processes.spawn(command, function(name) return address(self, name) end)
end

return { CONNECT_OPTIONS = connectOptions, LISTEN_OPTIONS = listenOptions }
