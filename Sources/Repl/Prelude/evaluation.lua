-- Chunks of Lua as they are typed: expressions have values, and locals live on.
--
-- A chunk is compiled inside a function whose upvalues are the locals of the chunks before it. At
-- its end it hands over a closure that is never called: what the closure has as upvalues are the
-- locals that are still there, and the next chunk is joined to those very variables.

local evaluation = {}

---@class Variable  a local of an earlier chunk: an upvalue of a closure
---@field closure function
---@field index integer

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

local function join(chunk)
  for index = 1, math.huge do
    local name = debug.getupvalue(chunk, index)
    if not name then return end
    local variable = locals[name]
    if variable then debug.upvaluejoin(chunk, index, variable.closure, variable.index) end
  end
end

---Keeps the locals that a closure from the end of a chunk can see.
local function keep(closure)
  for index = 1, math.huge do
    local name = debug.getupvalue(closure, index)
    if not name then return end
    if name ~= "_ENV" then locals[name] = { closure = closure, index = index } end
  end
end

---Compiles a text behind the locals so far.
---@param source string
---@param names string[]  that the text mentions
---@param ending string  what stands behind it
---@return function?
local function compile(source, names, ending, chunkName)
  local known = {}
  for _, name in ipairs(names) do
    if locals[name] then known[#known + 1] = name end
  end
  local beginning = #known > 0 and ("local %s; "):format(table.concat(known, ", ")) or ""
  local text = ("%sreturn function(...) %s\n%s end"):format(beginning, source, ending)
  local maker = load(text, chunkName)
  if not maker then return nil end
  local chunk = maker()
  join(chunk)
  return chunk
end

---What hands the locals of a chunk over, in a form that no statement before it can run into.
local function handover(names)
  if #names == 0 then return "" end
  return (";(...)(function() return %s end)"):format(table.concat(names, ", "))
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
  -- Behind a `return` there is no room for anything.
  local chunk = compile(source, names, handover(names), chunkName)
    or compile(source, names, "", chunkName)
  return function()
    local values = table.pack(chunk(keep))
    return table.unpack(values, 1, values.n)
  end
end

---What a name stands for in a line.
---@param name string
---@return any
function evaluation.value(name)
  local variable = locals[name]
  if not variable then return rawget(_G, name) end
  return (select(2, debug.getupvalue(variable.closure, variable.index)))
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
