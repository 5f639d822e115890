-- What a script says about fuzzing: its target, its oracles, its blocks.

local host = ...
local prelude = host.prelude
local describe, options, ready = prelude.describe, prelude.options, prelude.ready

local fuzzing = {
  ---@type TargetOptions|false
  declaredTarget = false,
  ---@type (fun(c: Conversation, message: any): boolean?, string?)[]
  invariants = {},
  ---@type any[]  patterns that no reply may match
  forbidden = {},
}

local targetOptions = {
  command = "list", socket = "string", ready = "table", env = "table", directory = "string",
  mode = "string", pool = "number", restartEvery = "number", reset = "function", stop = "table",
  coverage = "string", settle = "boolean", limits = "table", memoryGrowth = "number",
}

local function checkOneOf(given, name, ...)
  local value = given[name]
  if value == nil then return end
  for _, known in ipairs { ... } do if value == known then return end end
  host.misuse(("the option '%s' of target is %s, not %s"):format(
    name, '"' .. table.concat({ ... }, '" or "') .. '"', describe.value(value)))
end

local function checkCount(given, name, least)
  local value = given[name]
  if value ~= nil and (math.type(value) ~= "integer" or value < least) then
    host.misuse(("the option '%s' of target is a count from %d, not %s"):format(
      name, least, describe.value(value)))
  end
end

---Declares the server under test.
---@param given TargetOptions
function fuzzing.target(given)
  options.check(given, targetOptions, "target")
  if not given or type(given.command) ~= "table" or #given.command == 0 then
    host.misuse('target needs a command such as { "./daemon", "{socket}" }')
  end
  if fuzzing.declaredTarget then host.misuse("a script has one target") end
  checkOneOf(given, "mode", "persist", "spawn")
  checkOneOf(given, "coverage", "auto", "off")
  checkCount(given, "pool", 0)
  checkCount(given, "restartEvery", 1)
  if given.ready and not ready.isReadiness(given.ready) then
    host.misuse("ready is one of ready.connectable, ready.notify, ready.logged and ready.exists")
  end
  fuzzing.declaredTarget = given
end

---Adds a condition that holds after every message.
---@param fn fun(c: Conversation, message: any): boolean?, string?  false, and why, violates it
function fuzzing.invariant(fn)
  if type(fn) ~= "function" then
    host.misuse("invariant takes a function, not " .. describe.value(fn))
  end
  table.insert(fuzzing.invariants, fn)
end

---No reply may match.
---@param pattern any  a text is searched for
function fuzzing.never(pattern)
  if pattern == nil then host.misuse("never needs a pattern") end
  table.insert(fuzzing.forbidden, pattern)
end

---@class Definition  a fuzz block
---@field name string
---@field body fun(g: Generator, t: Scenario)
---@field wait number  the milliseconds of one wait
---@field time number  the milliseconds of one case
---@field boundaries boolean  whether what is sent may be cut into several writes
---@field endings boolean  whether what a case leaves open may end in other ways

local blockOptions = {
  wait = options.DURATION, timeout = options.DURATION, tags = "string|list",
  needs = "string|list", skip = "string", todo = "string", boundaries = "boolean",
  endings = "boolean",
}

local scenarioOptions = { "tags", "needs", "skip", "todo" }

local function definitionOf(name, given, body)
  local function milliseconds(key, default)
    return given[key] ~= nil and options.span(given[key], key) or default
  end
  return {
    name = name, body = body, wait = milliseconds("wait", 1000),
    time = milliseconds("timeout", 10000), boundaries = given.boundaries ~= false,
    endings = given.endings ~= false,
  }
end

local function declare(name, given, body)
  if body == nil then given, body = nil, given end
  if type(name) ~= "string" or name == "" then
    host.misuse("the name of a fuzz block is a text, not " .. describe.value(name))
  end
  if type(body) ~= "function" then
    host.misuse("the body of a fuzz block is a function, not " .. describe.value(body))
  end
  given = options.check(given, blockOptions, "fuzz")
  local definition = definitionOf(name, given, body)
  -- The target is stopped in the middle of its work, so what it leaves says nothing.
  local block = { allow = { "no-assertions", "unread", "unaccepted", "unsent", "leaks" } }
  for _, key in ipairs(scenarioOptions) do block[key] = given[key] end
  host.declare(name, block, function(t)
    if host.setting then return prelude.campaign.run(definition, t) end
    return prelude.rehearsal.run(definition, t)
  end, body)
end

---Declares a fuzz block.
---@param name string
---@param given table|fun(g: Generator, t: Scenario)
---@param body? fun(g: Generator, t: Scenario)
function fuzzing.fuzz(name, given, body)
  if host.wanted and name ~= host.wanted then return end
  local isDeclared, problem = pcall(declare, name, given, body)
  if not isDeclared then host.refuse(problem) end
end

return fuzzing
