-- A state machine as the body of a fuzz block: rules that are chosen where they may be.

local host = ...
local prelude = host.prelude
local describe, failure, options = prelude.describe, prelude.failure, prelude.options
local shapes = prelude.shapes

local machine = {}

---@class Rule
---@field weight? number
---@field when? fun(state: table): boolean  whether it may be chosen now
---@field arguments? fun(g: Generator, state: table): any
---@field run fun(state: table, arguments: any, t: Scenario): any  gives the reply
---@field check? fun(state: table, arguments: any, reply: any): boolean?, string?

local ruleParts = {
  weight = "number", when = "function", arguments = "function", run = "function", check = "function",
}
local parts = { start = "function", rules = "table", invariant = "function", steps = "number" }

local function checkRules(rules)
  local names = {}
  for name, rule in pairs(rules) do
    if type(name) ~= "string" or type(rule) ~= "table" then
      host.misuse("the rules of a machine are a table by their names")
    end
    options.check(rule, ruleParts, "the rule " .. describe.value(name))
    if not rule.run then host.misuse(("the rule %s has no run"):format(describe.value(name))) end
    names[#names + 1] = name
  end
  if #names == 0 then host.misuse("a machine needs rules") end
  -- A table has no order, and a tape needs one.
  table.sort(names)
  return names
end

---A random part of the rules: what is rare among all is frequent among few.
local function swarm(g, names)
  local active = {}
  local span = g.tape:open("swarm")
  local isWhole = not g.tape:choose(shapes.bool(0.6))
  for _, name in ipairs(names) do
    if isWhole or not g.tape:choose(shapes.bool(0.4)) then active[#active + 1] = name end
  end
  g.tape:close(span)
  return #active > 0 and active or names
end

local function applicable(active, rules, state)
  local list, weights = {}, {}
  for _, name in ipairs(active) do
    local rule = rules[name]
    if not rule.when or rule.when(state) then
      list[#list + 1], weights[#weights + 1] = name, rule.weight or 1
    end
  end
  return list, weights
end

local function violated(text, why)
  failure.raise {
    kind = "assertion", oracle = text,
    message = text .. (why and ": " .. tostring(why) or " does not hold"),
  }
end

local function step(g, t, definition, name, state)
  local rule = definition.rules[name]
  g:count(name)
  local arguments = rule.arguments and rule.arguments(g, state)
  local reply = rule.run(state, arguments, t)
  if rule.check then
    local holds, why = rule.check(state, arguments, reply)
    if holds == false then violated(("the check of the rule \"%s\""):format(name), why) end
  end
  if definition.invariant then
    local holds, why = definition.invariant(state)
    if holds == false then violated("the machine's invariant", why) end
  end
end

---Makes a body of a fuzz block.
---@param definition { start: (fun(g: Generator, t: Scenario): table), rules: table<string, Rule>,
---  invariant?: fun(state: table): boolean?, string?, steps?: integer }
---@return fun(g: Generator, t: Scenario)
function machine.make(definition)
  options.check(definition, parts, "machine")
  if not definition or not definition.rules then host.misuse("a machine needs rules") end
  local names = checkRules(definition.rules)
  return function(g, t)
    local state = definition.start and definition.start(g, t) or {}
    local active = swarm(g, names)
    g:repeatUpTo(definition.steps or 50, function()
      local list, weights = applicable(active, definition.rules, state)
      if #list == 0 then return end
      local name = list[g.tape:choose(prelude.generator.weightedShape(weights))]
      step(g, t, definition, name, state)
    end)
  end
end

return machine
