-- A process under test, as the script has it in hand.
local test, harness = ...
local same = harness.same

---What the host has of a process. The script is a list: a number lets so many milliseconds pass, a
---function is what happens then.
local Native = {}
Native.__index = Native

function Native:pid() return 42 end
function Native:streams() return self.input, self.output, self.errors end
function Native:lastLines() return self.lines end
function Native:noteSockets() self.isNoted = true end
function Native:isGone() return self.ended ~= nil end
function Native:isSilent() return self.ended ~= nil end
function Native:account() self.isAccounted = true end
function Native:requestStop() self.isStopping = true end
function Native:complaint() end
function Native:ending()
  if self.ended then return "exit", self.ended, "exited with status " .. self.ended end
end

function Native:find(text, inErrors, position)
  local log = inErrors and "" or table.concat(self.lines, "\n")
  local first, last = log:find(text, position + 1, true)
  return first and text, last or position
end

function Native:await(timeout)
  local item = self.script[1]
  if type(item) == "function" then
    table.remove(self.script, 1)
    return item(self)
  end
  assert(item or timeout >= 0, "the wait would never end")
  local step = math.min(item or timeout, timeout < 0 and math.huge or timeout)
  self.host.clock = self.host.clock + step
  if item == step then table.remove(self.script, 1) elseif item then self.script[1] = item - step end
end

---@param script (number|fun(native: table))[]
---@param command? table
---@return Process
---@return FakeHost
---@return table native
local function spawned(script, command)
  local host = harness.load()
  local native = setmetatable({ host = host, script = script, lines = {} }, Native)
  for _, name in ipairs { "input", "output", "errors" } do native[name] = harness.socket(host, {}) end
  function host.spawn() return native end
  command = command or {}
  command[1] = "daemon"
  if command.ready then command.ready = command.ready(host) end
  function host.localsocket.listen() return harness.socket(host, {}) end
  function host.background() end
  return host.prelude.process.spawn(command, function(name) return "/private/" .. name end), host, native
end

local function exit(status)
  return function(native) native.ended = status end
end

local function write(line)
  return function(native) table.insert(native.lines, line) end
end

---A process that has notified that it is ready.
local function notifying(script)
  table.insert(script, 1, function(native)
    native.process.notifications[1] = { text = "READY=1", READY = "1" }
  end)
  return spawned(script, {
    ready = function(host)
      function host.prelude.notifications.serve(process) process.native.process = process end
      return host.prelude.ready.globals.notify()
    end,
  })
end

---How the sentence of a time-out ends, and its last note.
local function late(process, verb, ...)
  local failure = harness.died(process[verb], process, ...)
  same({ failure.kind, failure.isHeld }, { "timeout", true })
  return failure.message:match("; (.*)"), failure.notes[#failure.notes]
end

test("a process may leave its input unread", function()
  local host = harness.load()
  local native = setmetatable({ host = host, script = {}, lines = {} }, Native)
  for _, name in ipairs { "input", "output", "errors" } do native[name] = harness.socket(host, {}) end
  function native.input:write() return nil, "it takes no bytes" end
  function host.spawn() return native end
  host.prelude.process.spawn({ "true", input = "x" }, tostring)
  same(host.events[1], { kind = "sent", lane = "true.stdin", text = "x" })
end)

test("what the script sends to a process that takes nothing fails", function()
  local process, _, native = spawned {}
  function native.input:write() return nil, "it takes no bytes" end
  same(harness.raised(process.stdin.send, process.stdin, "x").kind, "closed")
end)

test("an end that comes late is right where it is the expected one", function()
  local process, _, native = spawned { 300, exit(0) }
  same(late(process, "expectExit", 0, { timeout = 100 }), "0.200s late, it exited with status 0")
  same(native.isAccounted, true)
  same(late(spawned { 300, exit(1) }, "expectExit", 0, { timeout = 100 }),
    "0.200s late, it exited with status 1")
end)

test("a line that comes late is told", function()
  same(late(spawned { 300, write "up" }, "awaitLog", "up", { timeout = 100 }),
    '0.200s late, it wrote "up"')
  same(late(spawned { 300, exit(2) }, "awaitLog", "up", { timeout = 100 }),
    "0.200s late, it exited with status 2")
  same({ late(spawned {}, "awaitLog", "up", { timeout = 100 }) },
    { nil, "nothing came in the 250 ms after the deadline either" })
end)

test("a process that gets ready late is told", function()
  local failure = harness.died(spawned, { 300, write "up" }, {
    ready = function(host) return host.prelude.ready.globals.logged("up", { timeout = 100 }) end,
  })
  same({ failure.message, failure.notes }, {
    '«daemon» was not ready in 100 ms: waited for it to write "up"; 0.200s late, it wrote "up"',
    { "it has written nothing" },
  })
end)

test("a notification that comes late is told", function()
  same(late(notifying { 300, function(native)
    table.insert(native.process.notifications, { text = "STATUS=x", STATUS = "x" })
  end }, "notified", "STATUS=", { timeout = 100 }),
    '0.200s late, it notified "STATUS=x"')
end)

test("a process that has ended notifies nobody any more", function()
  local process, host = notifying { 100, exit(0) }
  local failure = harness.died(process.notified, process, "STATUS=")
  same(failure.message, 'waited for «daemon» to notify "STATUS=", but it exited with status 0')
  same(host.clock, 150)
end)

test("what a process has notified last counts, though it is read behind its end", function()
  local process, host = notifying { 100, exit(0) }
  function host.localsocket.sleep()
    table.insert(process.notifications, { text = "STATUS=bye", STATUS = "bye" })
  end
  same(process:notified("STATUS=").STATUS, "bye")
end)

test("a process without a socket for it cannot notify", function()
  local process = spawned {}
  same(tostring(harness.raised(process.notified, process, "STATUS=").text),
    "«daemon» has nobody to notify: start it with ready = ready.notify()")
end)

test("what a process is bound to is noted when it is ready", function()
  local _, _, native = spawned({ write "up" }, {
    ready = function(host) return host.prelude.ready.globals.logged "up" end,
  })
  same(native.isNoted, true)
end)

test("to stop a process is no assertion, and takes a time-out alone", function()
  local process, host = spawned { exit(0) }
  same(process:stop(), process)
  same(host.assertions, 0)
  same(harness.raised(process.stop, process, { timout = 5 }).text,
    "stop has no option \"timout\"; did you mean 'timeout'?")
  local deaf = spawned {}
  same(harness.died(deaf.stop, deaf, { timeout = 100 }).message,
    "waited 100 ms for «daemon» to stop")
end)
