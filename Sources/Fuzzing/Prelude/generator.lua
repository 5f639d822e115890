-- What a script draws its values from: the object `g`. Each call makes a choice or a span.

local host = ...
local prelude = host.prelude
local class, describe = prelude.class, prelude.describe
local alphabets, shapes, tapes = prelude.alphabets, prelude.shapes, prelude.tape

---@class Generator
---@field package tape Tape
---@field package labels table<string, boolean>|false  what `label` has passed; false for nothing
---@field package states table<string, boolean>|false  what `state` has named
---@field package notes table<string, any>|false
local Generator = class.make("generator", {
  block = "block", mutate = "mutation", dictionary = "dictionary", recorded = "recorded",
  interleave = "interleaving", descriptors = "hostile", packet = "hostile", flood = "hostile",
})

local generators = { class = Generator }

local NONE = {}
local mathtype = math.type

---Raised by `assume`: the case is none.
generators.REJECTED = setmetatable({}, { __tostring = function() return "the case was rejected" end })

---@param tape Tape
---@return Generator
function generators.new(tape)
  return setmetatable({ tape = tape }, Generator)
end

-- Most cases need none of these.
class.defaults(Generator, { "labels", "states", "notes" })

---Adds to what a generator keeps.
local function keep(g, field, key, value)
  local kept = g[field] or {}
  kept[key], g[field] = value, kept
end

local function checkTable(value, caller)
  if type(value) ~= "table" then
    host.misuse(("%s takes a table, not %s"):format(caller, describe.value(value)))
  end
  return value
end

local function checkFunction(value, caller)
  if type(value) ~= "function" then
    host.misuse(("%s takes a function, not %s"):format(caller, describe.value(value)))
  end
end

local function checkCount(value, caller)
  if math.type(value) ~= "integer" or value < 0 then
    host.misuse(("%s takes a count from 0, not %s"):format(caller, describe.value(value)))
  end
  return value
end

---@param probability? number  of true; 0.5
---@return boolean  false is the simplest
function Generator:bool(probability)
  if probability ~= nil and type(probability) ~= "number" then
    host.misuse("g:bool takes a probability, not " .. describe.value(probability))
  end
  return self.tape:choose(shapes.bool(probability))
end

local function bounds(options, caller, low, high)
  checkTable(options, caller)
  low, high = options[1] or options.min or low, options[2] or options.max or high
  if type(low) ~= "number" or type(high) ~= "number" then
    host.misuse(("%s takes two bounds, as in { 0, 255 }"):format(caller))
  end
  if low > high then host.misuse(("%s: %s is above %s"):format(caller, low, high)) end
  return low, high
end

---An integer; values near the bounds and near powers of two come more often.
---@param options? { [1]: integer, [2]: integer, min?: integer, max?: integer, toward?: integer }
---@return integer  `toward`, or what is nearest to 0, is the simplest
function Generator:int(options)
  -- The common form, without a question.
  local first, last = options and options[1], options and options[2]
  if mathtype(first) == "integer" and mathtype(last) == "integer" and first <= last then
    return self.tape:choose(shapes.int(first, last, options.toward))
  end
  local low, high = bounds(options or {}, "g:int", math.mininteger, math.maxinteger)
  low, high = math.tointeger(low), math.tointeger(high)
  if not low or not high then host.misuse("the bounds of g:int are integers") end
  return self.tape:choose(shapes.int(low, high, options and options.toward))
end

---@param options? { [1]: number, [2]: number, min?: number, max?: number, toward?: number }
---@return number
function Generator:float(options)
  local low, high = bounds(options or {}, "g:float", -math.huge, math.huge)
  local toward = (options and options.toward or 0) + 0.0
  toward = math.max(low, math.min(high, toward)) + 0.0
  return self.tape:choose { kind = "float", low = low, high = high, toward = toward }
end

---The shape of strings, made once for each table of options.
local function stringShape(kind, options, caller)
  options = options == nil and NONE or checkTable(options, caller)
  local min = options.min or options[1] or 0
  local max = options.max or options[2] or math.max(64, min)
  checkCount(min, caller)
  if checkCount(max, caller) < min then
    host.misuse(("%s: %d is above %d"):format(caller, min, max))
  end
  if kind == "text" then return { kind = "text", min = min, max = max } end
  return shapes.bytes(min, max, options.from and alphabets.read(options.from, caller))
end

---@param options? { min?: integer, max?: integer, from?: string }  0 to 64 bytes; from: a class such
---  as "a-z0-9_"
---@return string
function Generator:bytes(options)
  return self.tape:choose(stringShape("bytes", options, "g:bytes"))
end

---UTF-8, mostly of ASCII.
---@param options? { min?: integer, max?: integer, from?: string }  lengths in characters
---@return string
function Generator:text(options)
  local kind = options and options.from and "bytes" or "text"
  return self.tape:choose(stringShape(kind, options, "g:text"))
end

---@generic T
---@param list T[]  the simplest first
---@return T
function Generator:pick(list)
  checkTable(list, "g:pick")
  if #list == 0 then host.misuse("g:pick takes a list that is not empty") end
  return list[self.tape:choose(shapes.index(#list))]
end

local function ended(tape, span, ...)
  tape:close(span)
  return ...
end

---Calls one of several functions.
---@param functions (fun(): ...)[]  the simplest first
---@return any ...  what it returns
function Generator:oneOf(functions)
  checkTable(functions, "g:oneOf")
  if #functions == 0 then host.misuse("g:oneOf takes a list that is not empty") end
  local tape = self.tape
  local span = tape:open("oneOf")
  local chosen = functions[tape:choose(shapes.index(#functions))]
  checkFunction(chosen, "g:oneOf")
  return ended(tape, span, chosen())
end

local function weightedIndex(random, shape)
  local point = random:fraction() * shape.total
  for index, weight in ipairs(shape.weights) do
    point = point - weight
    if point < 0 then return index end
  end
  return #shape.weights
end

---The shape of an index whose fresh values are not even.
---@param weights number[]
---@return Shape
local function weightedShape(weights)
  local total = 0
  for _, weight in ipairs(weights) do total = total + weight end
  return {
    kind = "int", low = 1, high = #weights, toward = 1, weights = weights, total = total,
    random = weightedIndex,
  }
end
generators.weightedShape = weightedShape

---Calls one of several functions, some more often.
---@param pairs { [1]: number, [2]: fun(): ... }[]  the simplest first
---@return any ...
function Generator:weighted(pairs)
  checkTable(pairs, "g:weighted")
  local weights = {}
  for index, pair in ipairs(pairs) do
    if type(pair) ~= "table" or type(pair[1]) ~= "number" or pair[1] < 0 then
      host.misuse("g:weighted takes pairs such as { 9, function() … end }")
    end
    weights[index] = pair[1]
  end
  if #weights == 0 then host.misuse("g:weighted takes a list that is not empty") end
  local tape = self.tape
  local span = tape:open("oneOf")
  local chosen = pairs[tape:choose(weightedShape(weights))][2]
  if type(chosen) == "function" then return ended(tape, span, chosen()) end
  return ended(tape, span, chosen)
end

---Calls a function or does not, which is simpler.
---@param fn fun(): ...
---@param probability? number
---@return any ...  what it returns
function Generator:maybe(fn, probability)
  checkFunction(fn, "g:maybe")
  local tape = self.tape
  local span = tape:open("maybe")
  if tape:choose(shapes.bool(probability)) then return ended(tape, span, fn()) end
  tape:close(span)
end

---What one more of a list is chosen by; so many come on average.
local function continuing(average)
  return { kind = "bool", probability = average / (average + 1) }
end

local function averageOf(count)
  return count <= 4 and math.max(count * 0.6, 0.5) or math.min(count / 2, 8)
end

---A list of what a function returns.
---@generic T
---@param options { min?: integer, max?: integer }|fun(index: integer): T
---@param fn? fun(index: integer): T
---@return T[]
function Generator:list(options, fn)
  if fn == nil then options, fn = {}, options end
  checkTable(options, "g:list")
  checkFunction(fn, "g:list")
  local min = checkCount(options.min or options[1] or 0, "g:list")
  local max = checkCount(options.max or options[2] or math.max(16, min), "g:list")
  local tape, list = self.tape, {}
  local more = continuing(averageOf(math.max(max - min, 0)))
  for index = 1, max do
    local span = tape:open("list")
    -- The choice to go on is the item's own, so that it goes with the item.
    if index > min and not tape:choose(more) then
      tape:close(span)
      break
    end
    list[index] = fn(index)
    tape:close(span)
  end
  return list
end

---Calls a function some times.
---@param count integer  at most
---@param fn fun(index: integer)
function Generator:repeatUpTo(count, fn)
  checkFunction(fn, "g:repeatUpTo")
  local more = continuing(averageOf(checkCount(count, "g:repeatUpTo")))
  local tape = self.tape
  for index = 1, count do
    local span = tape:open("repeat")
    if not tape:choose(more) then
      tape:close(span)
      break
    end
    fn(index)
    tape:close(span)
  end
end

---A list's items in another order; their own order is the simplest.
---@generic T
---@param list T[]
---@return T[]
function Generator:shuffle(list)
  local tape, shuffled = self.tape, table.move(checkTable(list, "g:shuffle"), 1, #list, 1, {})
  for index = 1, #shuffled - 1 do
    local other = index - 1 + tape:choose(shapes.index(#shuffled - index + 1))
    shuffled[index], shuffled[other] = shuffled[other], shuffled[index]
  end
  return shuffled
end

---The case is none unless this holds.
---@param condition any
---@return any condition
function Generator:assume(condition)
  if not condition then error(generators.REJECTED, 0) end
  return condition
end

---Counts that something happens.
---@param name string
function Generator:count(name)
  keep(self, "labels", name, true)
end

---Calls a function, whose choices belong together under a name; how often it was called is counted.
---@param name string
---@param fn fun(): ...
---@return any ...
function Generator:label(name, fn)
  if type(name) ~= "string" then host.misuse("g:label takes a name, not " .. describe.value(name)) end
  checkFunction(fn, "g:label")
  self:count(name)
  local span = self.tape:open(name)
  return ended(self.tape, span, fn())
end

---Names the state in which the conversation is: a case that reaches a new one is kept.
---@param name string
function Generator:state(name)
  keep(self, "states", tostring(name), true)
end

---Keeps a value for the report of a finding.
---@param key string
---@param value any
function Generator:note(key, value)
  keep(self, "notes", key, value)
end

return generators
