-- A listener: where conversations are accepted.

local host = ...
local prelude = host.prelude
local class, conversations, later = prelude.class, prelude.conversation, prelude.later
local expiring, failure, quantities = later.expiring, later.failure, later.quantities
local names, options, waits = prelude.names, prelude.options, prelude.waiting

local now = host.localsocket.now

---@class Listener
---@field name string  as reports show it
---@field path string  what a client connects to
---@field server localsocket.Server
---@field package given table  the options of its conversations
---@field package accepted integer
---@field package closed boolean
---@field package isServed boolean  somebody else accepts: `serve`, or a process that has the socket
local Listener = class.make("listener")
class.checkReceivers(Listener, "l")

local listeners = { class = Listener }

---@type table<Listener, boolean>  those that are not closed
local open = {}

---@type table<Conversation, Listener>  those of `serve`, which see the end before they close
listeners.served = setmetatable({}, { __mode = "k" })

---@param server localsocket.Server  listening
---@param name string
---@param path string
---@param given table  checked options
---@return Listener
function listeners.new(server, name, path, given)
  local listener = setmetatable({
    name = name, path = path, server = server, given = given, accepted = 0, closed = false,
    isServed = false,
  }, Listener)
  open[listener] = true
  host.allowHalfOpen(server)
  waits.ofServer(server, name)
  return listener
end

local function welcome(self, socket)
  self.accepted = self.accepted + 1
  local name = names.take(("%s.%d"):format(self.name, self.accepted))
  host.log("accepted", name, nil, self.name, socket)
  return conversations.new(socket, name, self.given, true)
end

---Waits after a time-out for somebody to connect all the same.
local function acceptLate(deadline, self)
  local expired = now()
  local socket = self.server:accept(deadline - expired)
  if not socket then return nil end
  welcome(self, socket)
  return nil, "it came " .. expiring.lateness(expired)
end

local function nobodyCame(self, timeout)
  local subject = waits.describe("accept", self.name)
  local beginning = ("waited %s for %s; "):format(quantities.duration(timeout), subject)
  local fields = {
    kind = "timeout", lane = self.name, subject = subject, message = beginning .. "nobody connected",
    notes = self.accepted > 0
      and { ("before it %s came"):format(quantities.count(self.accepted, "connection")) } or nil,
  }
  local late = expiring.observe(fields, timeout, acceptLate, self)
  if late then fields.message = beginning .. late end
  failure.raise(fields)
end

local function cannotAccept(self, message)
  waits.checkAlone(self.server, self.name)
  failure.raise {
    kind = "closed", lane = self.name,
    message = ("waited for %s, but %s"):format(waits.describe("accept", self.name), message),
  }
end

---Waits for the next connection.
---@param opts? { timeout?: localsocket.Duration }
---@return Conversation
function Listener:accept(opts)
  if self.isServed then
    host.misuse(("serve, or a process with the socket, accepts on «%s»: nothing is left to accept")
      :format(self.name))
  end
  local timeout = options.timeout(options.check(opts, options.WAIT, "accept"))
  local socket, message, code = self.server:accept(timeout)
  if socket then return welcome(self, socket) end
  if code == "SocketTimeoutError" then nobodyCame(self, timeout) end
  cannotAccept(self, message)
end

---Nobody may connect for so long.
---@param duration localsocket.Duration
---@return Listener self
function Listener:expectNoAccept(duration)
  local milliseconds = options.span(duration, "duration")
  host.count()
  local socket, message, code = self.server:accept(milliseconds)
  if socket then
    welcome(self, socket)
    failure.raise {
      kind = "mismatch", lane = self.name,
      message = ("expected nobody to connect to «%s» for %s, but a connection came"):format(
        self.name, quantities.duration(milliseconds)),
    }
  end
  if code ~= "SocketTimeoutError" then cannotAccept(self, message) end
  return self
end

local function answer(fn, conversation)
  fn(conversation)
  conversation:close()
end

local function acceptAll(self, fn)
  while not self.closed do
    local socket = self.server:accept(-1)
    if not socket then return end
    local conversation = welcome(self, socket)
    listeners.served[conversation] = self
    host.actor(conversation.name, answer, fn, conversation)
  end
end

---Whether the script itself has let go of who talks to one of `serve`: a process, or a client of that
---listener, each of which excuses one.
---@param lane string
---@return boolean
function listeners.hasDroppedPeer(lane)
  for conversation, listener in pairs(listeners.served) do
    if conversation.name == lane then
      local peer, server = conversation.peer, listener.path:match("^@?(.*)$")
      local wasStopped = peer and host.wasStopped(peer.pid)
      if wasStopped ~= nil then return wasStopped end
      local dropped = conversations.dropped[server] or 0
      if rawget(conversation, "isExcused") or dropped == 0 then
        return rawget(conversation, "isExcused") or false
      end
      conversations.dropped[server], conversation.isExcused = dropped - 1, true
      return true
    end
  end
  return false
end

---Runs a function for each connection, in a task of its own, until the scenario ends.
---When the function returns, the conversation is closed.
---@param fn fun(conversation: Conversation)
---@return Listener self
function Listener:serve(fn)
  if type(fn) ~= "function" then host.misuse("serve takes a function, not a " .. type(fn)) end
  self.isServed = true
  host.background(acceptAll, self, fn)
  return self
end

---Fails the scenario at its end for who has connected and was not accepted, unless that is allowed.
local function checkUnaccepted(self)
  if self.isServed or host.allows("unaccepted") then return end
  local socket, count = self.server:accept(0), 0
  while socket do
    socket, count = self.server:accept(0), count + 1
  end
  if count > 0 then prelude.leftovers.unaccepted(self.name, count) end
end

---Stops listening; accepted conversations go on.
function Listener:close()
  if self.closed then return end
  self.closed = true
  open[self] = nil
  checkUnaccepted(self)
  self.server:close()
  host.log("closed", self.name)
end

Listener.__close = Listener.close

---Closes every listener that is open, in the order of their names.
function listeners.closeAll()
  local remaining = {}
  for listener in pairs(open) do remaining[#remaining + 1] = listener end
  table.sort(remaining, function(left, right) return left.name < right.name end)
  for _, listener in ipairs(remaining) do listener:close() end
end

function Listener:__tostring()
  return "«" .. self.name .. "»"
end

return listeners
