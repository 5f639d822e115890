-- The scenario language: the object `t` and the globals.

local host = ...
local prelude = host.prelude
local class, later, patterns = prelude.class, prelude.later, prelude.patterns
local assertions, describe = later.assertions, later.describe
local failure, options = later.failure, later.options

---@class Scenario
---@field name string
---@field seed integer
---@field directory string  private to this scenario, mode 0700, removed at its end
---@field check table  the assertions, soft: what fails is kept for the end, and the script goes on
local Scenario = class.make("scenario", {
  path = "opening", abstract = "opening", connect = "opening", listen = "opening", pair = "opening",
  spawn = "opening", task = "course", barrier = "course", defer = "course", note = "course",
  skip = "course", fail = "course", each = "course", eventually = "course",
})

---The assertions that `t` and `t.check` have.
local ASSERTIONS = { "equal", "notEqual", "match", "isTrue", "raises" }

local checkThemselves = {}
for _, name in ipairs(ASSERTIONS) do checkThemselves[name] = true end
class.checkReceivers(Scenario, "t", checkThemselves)

local t = setmetatable({}, Scenario)

---The members of `t` that the host makes or knows only when they are asked for.
local computed = {
  name = function() return host.name end,
  seed = function() return (host.seed()) end,
  directory = function() return host.directory() end,
  check = function() return prelude.checks end,
}

function Scenario.__index(_, member)
  local compute = computed[member]
  return compute and compute() or Scenario[member]
end

local function checkText(value, what)
  if type(value) ~= "string" or value == "" then
    host.misuse(("%s is a text, not %s"):format(what, describe.value(value)))
  end
end

local function checkFunction(value, what)
  if type(value) ~= "function" then
    host.misuse(("%s is a function, not %s"):format(what, describe.value(value)))
  end
end

for _, name in ipairs(ASSERTIONS) do
  Scenario[name] = function(self, ...)
    if self ~= t then class.checkReceiver(Scenario, name, self) end
    return assertions[name](...)
  end
end

---What the options of a block may be.
local function optionTypes()
  return {
    timeout = options.DURATION, wait = options.DURATION, tags = "string|list", needs = "string|list",
    skip = "string", todo = "string", allow = "string|list",
  }
end

local function declare(name, given, body)
  if body == nil then given, body = nil, given end
  checkText(name, "the name of a scenario")
  if not utf8.len(name) then
    host.misuse(("the name of a scenario is in UTF-8, not %s"):format(describe.value(name)))
  end
  checkFunction(body, "the body of a scenario")
  local checked = given ~= nil and options.check(given, optionTypes(), "scenario") or nil
  host.declare(name, checked, body)
end

---Declares one scenario of the file; a file in which that fails counts as one that does not load.
---@param name string
---@param given ScenarioOptions|fun(t: Scenario)
---@param body? fun(t: Scenario)
local function scenario(name, given, body)
  -- A state that is made for one of many declares no other.
  if host.wanted and name ~= host.wanted then return end
  local isDeclared, problem = pcall(declare, name, given, body)
  if not isDeclared then host.refuse(problem) end
end

---What the chunks that open connections hold; one that has not been loaded has opened nothing.
local function loaded()
  return rawget(prelude, "conversation"), rawget(prelude, "listener")
end

---Closes what the scenario opened: clients first, so that `serve` sees their end.
local function closeAll()
  local conversations, listeners = loaded()
  if conversations then conversations.closeAll(listeners and listeners.served) end
  if listeners then listeners.closeAll() end
end

---Closes what `serve` has left, and what was opened since.
local function closeRest()
  local conversations, listeners = loaded()
  if conversations then conversations.closeAll() end
  if listeners then listeners.closeAll() end
end

---What is waited for on a socket or a server, as a report says it, and the lane.
local function describeWait(source)
  local waits = rawget(prelude, "waiting")
  if waits then return waits.subjectOf(source) end
end

---What tells that a process is ready, by name.
local ready = {}
for _, name in ipairs { "connectable", "notify", "logged", "exists" } do
  ready[name] = function(...) return prelude.ready.globals[name](...) end
end

return {
  t = t,
  class = Scenario,
  optionTypes = optionTypes,
  checkText = checkText,
  checkFunction = checkFunction,
  computed = computed,
  assertions = ASSERTIONS,
  closeAll = closeAll,
  closeRest = closeRest,
  describeWait = describeWait,
  describeValue = function(value) return describe.value(value) end,
  remarksOn = function(raised) return failure.remarksOn(raised) end,
  valuesAt = function(...) return failure.valuesAt(...) end,
  globals = {
    scenario = scenario, null = prelude.null, ready = ready,
    assert = function(...) return assertions.assert(...) end,
    pattern = patterns.pattern, any = patterns.any, oneOf = patterns.oneOf,
    exactly = patterns.exactly, empty = patterns.empty, again = prelude.again,
    array = function(values) return prelude.arrays.array(values) end,
    secret = function(value) return prelude.secrets.add(value) end,
  },
}
