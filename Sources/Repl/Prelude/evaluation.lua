-- Chunks of Lua as they are typed: expressions have values, and locals live on.
--
-- A chunk is compiled inside a function whose upvalues are the locals of the chunks before it. At
-- its end it hands over a closure that is never called: what the closure has as upvalues are the
-- locals that are still there, and the next chunk is joined to those very variables.

local evaluation = {
  ---Called with what there is to say about a line.
  tell = function() end,
}

---@class Variable  a local of an earlier chunk: an upvalue of a closure
---@field closure function
---@field index integer
---@field isConstant boolean

---@type table<string, Variable>
local locals = {}

---More than these would not fit into one function (luaconf.h, MAXUPVAL).
local MAX_LOCALS = 200

---Whether a text is no Lua only because it ends too early. No further line ends a string in quotes.
local function endsEarly(source)
  local chunk, problem = load(source, "=repl", "t")
  if chunk or problem:find("unfinished string near", 1, true) then return false end
  return problem:find("<eof>$") ~= nil
end

---Whether more has to follow a text, be it a statement or an expression.
---@param source string
---@return boolean
function evaluation.isIncomplete(source)
  local expression = "return " .. source
  if load(expression, "=repl") or load(source, "=repl", "t") then return false end
  return endsEarly(expression) or endsEarly(source)
end

---The names that a text mentions, in the order of the first time.
local function namesIn(source)
  local names, isKnown = {}, {}
  for name in source:gmatch("[%a_][%w_]*") do
    if not isKnown[name] and #names < MAX_LOCALS and load("local " .. name) then
      isKnown[name], names[#names + 1] = true, name
    end
  end
  return names
end

---The attributes of the locals that a text declares with one.
---@param source string
---@return table<string, string>  by the name
local function attributesIn(source)
  local attributes = {}
  for name, attribute in source:gmatch("([%a_][%w_]*)%s*<%s*(%a+)%s*>") do
    attributes[name] = attribute
  end
  return attributes
end

local function join(chunk)
  for index = 1, math.huge do
    local name = debug.getupvalue(chunk, index)
    if not name then return end
    local variable = locals[name]
    if variable then debug.upvaluejoin(chunk, index, variable.closure, variable.index) end
  end
end

---Whether an upvalue is the variable that a name has stood for.
local function isSame(variable, closure, index)
  return variable ~= nil
    and debug.upvalueid(variable.closure, variable.index) == debug.upvalueid(closure, index)
end

---Keeps a local with an attribute. What the compiler knows is no variable, and has to become one.
---@param probe function  that has its value
local function keepMarked(name, attribute, probe)
  local upvalue = debug.getupvalue(probe, 1)
  if attribute == "const" and not upvalue then
    local value = probe()
    locals[name] = { closure = function() return value end, index = 1, isConstant = true }
  elseif attribute == "close" and upvalue == name then
    evaluation.tell(name .. " was closed at the end of its line, as <close> says")
  end
end

---Keeps the locals that a closure from the end of a chunk can see.
---@param attributes table<string, string>
---@param closure function
---@param probes table<string, function>  a function of each name with an attribute
local function keep(attributes, closure, probes)
  for index = 1, math.huge do
    local name = debug.getupvalue(closure, index)
    if not name then break end
    if name ~= "_ENV" then
      local before = locals[name]
      local isConstant = attributes[name] == "const"
        or isSame(before, closure, index) and before.isConstant
      locals[name] = { closure = closure, index = index, isConstant = isConstant }
    end
  end
  for name, probe in pairs(probes) do keepMarked(name, attributes[name], probe) end
end

---What declares the locals so far that a text mentions. A constant without a value of its own is one
---to which nothing can be assigned, and yet a variable.
local function declarations(names)
  local variables, constants = {}, {}
  for _, name in ipairs(names) do
    local variable = locals[name]
    if variable and variable.isConstant then
      constants[#constants + 1] = name .. " <const>"
    elseif variable then
      variables[#variables + 1] = name
    end
  end
  return (#variables > 0 and ("local %s; "):format(table.concat(variables, ", ")) or "")
    .. (#constants > 0 and ("local %s = ...; "):format(table.concat(constants, ", ")) or "")
end

---Compiles a text behind the locals so far.
---@param source string
---@param names string[]  that the text mentions
---@param ending string  what stands behind it
---@return function?
---@return string? problem
local function compile(source, names, ending, chunkName)
  local text = ("%sreturn function(...) %s\n%s end"):format(declarations(names), source, ending)
  local maker, problem = load(text, chunkName)
  if not maker then return nil, problem end
  local chunk = maker()
  join(chunk)
  return chunk
end

---What hands the locals of a chunk over, in a form that no statement before it can run into.
local function handover(names, attributes)
  if #names == 0 then return "" end
  local probes = {}
  for _, name in ipairs(names) do
    if attributes[name] then
      probes[#probes + 1] = ("%s = function() return %s end"):format(name, name)
    end
  end
  return (";(...)(function() return %s end, { %s })"):format(
    table.concat(names, ", "), table.concat(probes, ", "))
end

---The sentence about a text that is no Lua: what begins as no statement was meant as an expression.
local function explained(source, chunkName, problem)
  local token = problem:match(":1: unexpected symbol near '(.*)'$")
  local isFirst = token and source:find(token, 1, true) == source:find("%S")
  return isFirst and select(2, load("return " .. source, chunkName)) or problem
end

---A function of the values that a chunk hands over. To return them would be a tail call, and its
---line gone from what an error tells.
local function evaluated(chunk)
  return function()
    local values
    chunk(function(...) values = table.pack(...) end)
    return table.unpack(values, 1, values.n)
  end
end

---Makes a function of a text.
---@param source string
---@param chunkName string  as of `load`
---@return function? chunk  whose results are those of an expression
---@return string? problem  Lua's own sentence
function evaluation.compile(source, chunkName)
  local names = namesIn(source)
  if load("return " .. source, chunkName) then
    -- A newline would move the line of what stands before it; a comment needs it.
    local call = "(...)(" .. source:gsub(";%s*$", "")
    local chunk = compile(call .. ")", names, "", chunkName)
      or compile(call .. "\n)", names, "", chunkName)
    return chunk and evaluated(chunk) or compile("return " .. source, names, "", chunkName)
  end
  local valid, problem = load(source, chunkName, "t")
  if not valid then return nil, explained(source, chunkName, problem) end
  local attributes = attributesIn(source)
  local chunk = compile(source, names, handover(names, attributes), chunkName)
  -- Behind a `return` there is no room for anything.
  if not chunk then chunk, problem = compile(source, names, "", chunkName) end
  if not chunk then return nil, problem end
  return function()
    local values = table.pack(chunk(function(...) keep(attributes, ...) end))
    return table.unpack(values, 1, values.n)
  end
end

---What a chain of names stands for in a line, looked up without running anything of a script's.
---@param chain string  as "c.socket"
---@return any
function evaluation.value(chain)
  local name, rest = chain:match("^([%a_][%w_]*)(.*)$")
  local variable, value = locals[name], rawget(_G, name)
  if variable then value = select(2, debug.getupvalue(variable.closure, variable.index)) end
  for field in rest:gmatch("[%a_][%w_]*") do
    if type(value) ~= "table" then return nil end
    value = rawget(value, field)
  end
  return value
end

---The locals that live on, by name.
---@return table<string, any>
function evaluation.locals()
  local values = {}
  for name in pairs(locals) do values[name] = evaluation.value(name) end
  return values
end

---Makes a value that of a local.
local function define(name, value)
  if name:find("^%a") or name:find("^_%w") then
    locals[name] = { closure = function() return value end, index = 1 }
  end
end

---Makes the locals of a call, and what its function sees of those around it, locals of the lines.
local function adoptCall(thread, level, call)
  for index = 1, call.nups do
    local name, value = debug.getupvalue(call.func, index)
    if name ~= "_ENV" then define(name, value) end
  end
  for index = 1, math.huge do
    local name, value = debug.getlocal(thread, level, index)
    if not name then return end
    define(name, value)
  end
end

---Makes what the calls of a thread see locals of the lines; the innermost call's win.
---@param thread thread
function evaluation.adopt(thread)
  local last = 0
  while debug.getinfo(thread, last, "l") do last = last + 1 end
  for level = last - 1, 0, -1 do
    local call = debug.getinfo(thread, level, "Sfu")
    local isScript = call.what ~= "C" and not call.source:find("^=%[parley%]")
    if isScript then adoptCall(thread, level, call) end
  end
end

return evaluation
