-- What tells that a process under test is ready.

local host = ...
local class, describe, options = host.prelude.class, host.prelude.describe, host.prelude.options

local localsocket = host.localsocket

---@class Readiness
---@field maker string  which of `ready` has made it
---@field argument string|false  of that
---@field title string  completes "waited for «name» …"
---@field result string  what it has done then
---@field timeout number|false  milliseconds; false is the scenario's `wait`
---@field isPolled boolean  nobody tells when it holds
---@field notifies boolean  the process gets a socket for its notifications
---@field name string|false  of a socket or a file, resolved when the process is started
---@field holds fun(readiness: Readiness, process: Process): boolean
local Readiness = class.make("readiness")

local ready = {}

---@param value any
---@return boolean
function ready.isReadiness(value)
  return getmetatable(value) == Readiness
end

local function make(caller, argument, opts, fields)
  local given = options.check(opts, options.WAIT, "ready." .. caller)
  fields.timeout = given.timeout ~= nil and host.duration(given.timeout, "timeout") or false
  fields.maker, fields.argument = caller, argument
  fields.isPolled, fields.notifies = fields.isPolled or false, fields.notifies or false
  fields.name = fields.name or false
  return setmetatable(fields, Readiness)
end

local function checkText(value, caller)
  if type(value) ~= "string" or value == "" then
    host.misuse(("ready.%s takes a text, not %s"):format(caller, describe.value(value)))
  end
end

---The kernel's list of sockets answers without a connection, which a server might count or serve. A
---path that is not in it as we write it can only be tried; but what comes into being between the two
---looks is in the list the next time.
local function isConnectable(readiness)
  local wasThere = host.exists(readiness.name)
  local listens = host.isListening(readiness.name)
  if listens ~= nil or not wasThere then return listens == true end
  local socket = localsocket.connect(readiness.name, { timeout = 1000 })
  if not socket then return false end
  socket:abort()
  return true
end

---@param name string  of a socket, as in `t:connect`
---@param opts? { timeout?: localsocket.Duration }
---@return Readiness
local function connectable(name, opts)
  checkText(name, "connectable")
  return make("connectable", name, opts, {
    title = "to listen on " .. describe.bytes(name),
    result = "it listens on " .. describe.bytes(name), name = name, isPolled = true,
    holds = isConnectable,
  })
end

---@param opts? { timeout?: localsocket.Duration }
---@return Readiness
local function notify(opts)
  return make("notify", false, opts, {
    title = "to notify READY=1", result = "it has notified READY=1", notifies = true,
    holds = function(_, process) return process:hasNotified("READY", "1") end,
  })
end

---@param text string  searched for as it is, in the standard output and the standard error
---@param opts? { timeout?: localsocket.Duration }
---@return Readiness
local function logged(text, opts)
  checkText(text, "logged")
  return make("logged", text, opts, {
    title = "to write " .. describe.bytes(text), result = "it wrote " .. describe.bytes(text),
    holds = function(_, process) return process:searchLog(text) ~= nil end,
  })
end

---@param name string  of a file or a socket, as in `t:path`
---@param opts? { timeout?: localsocket.Duration }
---@return Readiness
local function exists(name, opts)
  checkText(name, "exists")
  return make("exists", name, opts, {
    title = "to make " .. describe.bytes(name),
    result = "it has made " .. describe.bytes(name), name = name, isPolled = true,
    holds = function(readiness) return host.exists(readiness.name) end,
  })
end

ready.globals = { connectable = connectable, notify = notify, logged = logged, exists = exists }

return ready
