-- Loads the prelude against a host that records, and sockets that a script plays.
--
-- `harness.load()` gives a fresh prelude, `harness.conversation(script)` one with such a socket.

local harness = {}

local here = debug.getinfo(1, "S").source:match("^@(.*/)") or "./"
local root = here .. "../../../"

---Raised by `host.misuse`: the text of a programming error.
local Misuse = { __tostring = function(misuse) return misuse.text end }

local function duration(value)
  if type(value) == "number" then return value end
  local number, unit = value:match("^([%d.]+)(m?s)$")
  return tonumber(number) * (unit == "s" and 1000 or 1)
end

---The candidate with the same letters in it, as a stand-in for an edit distance.
local function suggestion(name, candidates)
  for _, candidate in ipairs(candidates) do
    if candidate:sub(1, 2) == name:sub(1, 2) then return ("; did you mean '%s'?"):format(candidate) end
  end
  return ""
end

---@class FakeHost  the natives, with what they were told in `events`, `assertions`, `deferred`
local function fakeHost()
  local host = {
    clock = 0, events = {}, assertions = 0, deferred = {}, actors = {}, secrets = {}, kept = {},
    places = {}, allowed = {}, leftovers = {}, unsentOf = {},
    options = { wait = 5000, timeout = 60000 }, name = "the test", seed = function() return 7, 1 end, prelude = {},
    suggestion = suggestion, duration = duration, loadfile = loadfile,
  }
  host.localsocket = {
    now = function() return host.clock end,
    after = function() return { cancel = function() end } end,
    sleep = function(milliseconds) host.clock = host.clock + milliseconds end,
  }
  host.natives = {}
  function host.natives.log(kind, lane, text, name)
    host.events[#host.events + 1] = { kind = kind, lane = lane, text = text, name = name }
  end
  -- The chunks keep the native itself; a test that wants another replaces what is behind it.
  function host.log(kind, lane, text, name) host.natives.log(kind, lane, text, name) end
  function host.logSent(lane, bytes) host.natives.log("sent", lane, bytes) end
  function host.logReceived(lane, bytes) host.natives.log("received", lane, bytes) end
  function host.fail(failure) error(failure, 0) end
  function host.misuse(text) error(setmetatable({ text = text }, Misuse), 0) end
  function host.refuse(problem) error(problem, 0) end
  function host.skip(reason) error({ kind = "skip", message = reason }, 0) end
  function host.secret(value) host.secrets[#host.secrets + 1] = value end
  function host.hold(failure)
    host.held = failure
    return true
  end
  function host.place(lane, line) host.places[lane] = line end
  function host.row(title)
    local previous = host.currentRow
    host.currentRow = title
    return previous
  end
  function host.keep(failure)
    host.kept[#host.kept + 1] = { message = failure.message, row = host.currentRow }
  end
  function host.arrive(name, count, timeout)
    host.clock = host.clock + timeout
    return false, 1
  end
  function host.absentees() return { "no other actor is there" } end
  function host.facts() return {} end
  function host.received() return {} end
  function host.rival() end
  function host.receiveAvailable() end
  function host.flush(socket)
    socket:flush()
    return socket:bytesToWrite() + (socket.lost or 0)
  end
  function host.unsent(lane, _, excused, isEnding)
    host.unsentOf[#host.unsentOf + 1] = { lane = lane, excused = excused, isEnding = isEnding or nil }
  end
  function host.stopPeer() end
  function host.wasStopped() return false end
  function host.isElsewhere(socket) return socket.isElsewhere or false end
  function host.allows(check) return host.allowed[check] or false end
  function host.left(check, lane, message)
    host.leftovers[#host.leftovers + 1] = { check = check, lane = lane, message = message }
  end
  function host.count() host.assertions = host.assertions + 1 end
  function host.directory() return "/private" end
  function host.ownNumber() return 1 end
  function host.awaitReadyRead(socket, timeout) return socket:waitForReadyRead(timeout) end
  function host.allowHalfOpen(socket) socket.isHalfOpen = true end
  function host.wasReset(socket) return socket.reset end
  function host.awaitDeath() end
  function host.defer(fn) host.deferred[#host.deferred + 1] = fn end
  function host.declare(name, options, body)
    host.declared = { name = name, options = options, body = body }
  end
  function host.background(fn, ...) fn(...) end
  function host.actor(name, fn, ...)
    host.actors[#host.actors + 1] = name
    fn(...)
  end
  function host.task(name, fn)
    host.actors[#host.actors + 1] = name
    fn()
    return { join = function() return true end }
  end
  return host
end

---The source of a chunk, of the scenario language or of the prompt.
local function sourceOf(name)
  for _, target in ipairs { "Scenario", "Repl" } do
    local file <close> = io.open(("%sSources/%s/Prelude/%s.lua"):format(root, target, name), "rb")
    if file then return file:read("a") end
  end
  error("the prelude has no chunk " .. name)
end
harness.sourceOf = sourceOf

---@return FakeHost host  with the modules in `host.prelude`
function harness.load()
  local host = fakeHost()
  -- A chunk is loaded with its first use.
  setmetatable(host.prelude, {
    __index = function(prelude, name)
      prelude[name] = assert(load(sourceOf(name), "=[parley]/" .. name, "t"))(host) or false
      return prelude[name]
    end,
  })
  return host
end

local Socket = {}
Socket.__index = Socket

---A connected socket. The script is a list: a string comes in one arrival, a number lets so many
---milliseconds pass before the next.
---@param host FakeHost
---@param script (string|number)[]
---@param ending? "closed"|"reset"  what the peer does behind the script
function harness.socket(host, script, ending)
  return setmetatable({
    host = host, script = script, ending = ending, reset = ending == "reset",
    next = 1, ready = "", written = {}, flushes = 0,
  }, Socket)
end

function Socket:readAll()
  if self.closed then return nil, "the socket is closed", "OperationError" end
  local bytes = self.ready
  self.ready = ""
  if bytes == "" and self.next > #self.script and self.ending then
    return nil, "read: the connection has ended", "PeerClosedError"
  end
  return bytes
end

function Socket:waitForReadyRead(timeout)
  local item = self.script[self.next]
  if type(item) == "string" then
    self.next, self.ready = self.next + 1, item
    return true
  end
  if type(item) == "number" and (item <= timeout or timeout < 0) then
    self.host.clock, self.next = self.host.clock + item, self.next + 1
    return self:waitForReadyRead(timeout - item)
  end
  if item == nil and self.ending then return false, "Remote closed", "PeerClosedError" end
  assert(timeout >= 0, "the wait would never end")
  if item then self.script[self.next] = item - timeout end
  self.host.clock = self.host.clock + timeout
  return false, "the wait timed out", "SocketTimeoutError"
end

function Socket:write(bytes)
  if self.closed then return nil, "the socket is not connected", "OperationError" end
  self.written[#self.written + 1] = bytes
  return #bytes
end

function Socket:error()
  return self.ending and "PeerClosedError" or "UnknownSocketError"
end

function Socket:peerCredentials() return { pid = 7, uid = 8, gid = 9 } end
function Socket:shutdown(direction)
  self.down = direction
  return true
end
function Socket:flush() self.flushes = self.flushes + 1 end
function Socket:bytesToWrite() return 0 end
function Socket:setReadBufferSize(size) self.readBufferSize = size end
---The peer says its last words, and ends.
function Socket:waitForDisconnected(timeout)
  self.host.clock = self.host.clock + (self.lastWords and 0 or timeout)
  self.ready = self.ready .. (self.down == "write" and self.lastWords or "")
  return self.lastWords ~= nil
end
function Socket:fullServerName() return self.closed and "" or "/private/api" end
function Socket:isValid() return not self.closed end
function Socket:disconnectFromServer() self.closed = true end
function Socket:abort() self.closed = true end

---A conversation with a scripted peer.
---@param script (string|number)[]
---@param options? table  codec, ending, accepts
---@return Conversation
---@return FakeHost
---@return table socket
function harness.conversation(script, options)
  options = options or {}
  local host = harness.load()
  local socket = harness.socket(host, script, options.ending)
  local new = host.prelude.conversation.new
  return new(socket, "c1", { codec = options.codec }, options.accepts), host, socket
end

---The error that a function raises; for it to raise none is an error.
function harness.raised(fn, ...)
  local passed, raised = pcall(fn, ...)
  if passed then error("nothing was raised", 2) end
  return raised
end

---The error that ends a function which nothing around it protects, as that of an actor.
function harness.died(fn, ...)
  local passed, raised = coroutine.resume(coroutine.create(fn), ...)
  if passed then error("nothing was raised", 2) end
  return raised
end

---Two values are the same, tables by what they hold; independent of the code under test.
local function same(left, right)
  if left == right then return true end
  if type(left) ~= "table" or type(right) ~= "table" then return false end
  for key, value in pairs(left) do if not same(value, right[key]) then return false end end
  for key in pairs(right) do if left[key] == nil then return false end end
  return true
end

local function shown(value)
  if type(value) == "string" then return ("%q"):format(value) end
  if type(value) ~= "table" then return tostring(value) end
  local parts = {}
  for key, inner in pairs(value) do parts[#parts + 1] = tostring(key) .. " = " .. shown(inner) end
  table.sort(parts)
  return "{ " .. table.concat(parts, ", ") .. " }"
end

---Asserts that two values are the same.
function harness.same(actual, expected)
  if not same(actual, expected) then
    error(("expected %s\n     got %s"):format(shown(expected), shown(actual)), 2)
  end
end

return harness
