-- What a script writes to say which values it accepts. `matching` interprets them.

local host = ...
local class, describe, null = host.prelude.class, host.prelude.later.describe, host.prelude.null

---@class Pattern
---@field kind "any"|"type"|"text"|"oneOf"|"exactly"|"empty"
---@field text? string  of "text": the Lua pattern
---@field test? fun(value: any): boolean  of "type"
---@field choices? any[]  of "oneOf"
---@field shape? table  of "exactly"
---@field title string  what a script writes for it, without the values it holds
local Pattern = class.make("pattern")

function Pattern:__tostring()
  if self.kind == "text" and self.title == "pattern" then
    return self.title .. "(" .. describe.bytes(self.text) .. ")"
  end
  local held = self.kind == "oneOf" and self.choices or self.kind == "exactly" and self.shape
  return held and self.title .. " " .. describe.value(held) or self.title
end

local function make(kind, title, fields)
  fields = fields or {}
  fields.kind, fields.title = kind, title
  return setmetatable(fields, Pattern)
end

local patterns = {}

---@param value any
---@return boolean
function patterns.isPattern(value)
  return getmetatable(value) == Pattern
end

---A table as messages have them: `null` is none.
local function isTable(value)
  return type(value) == "table" and value ~= null
end

local function isList(value)
  if not isTable(value) then return false end
  local length, entries = #value, 0
  for _ in pairs(value) do entries = entries + 1 end
  return entries == length
end

---Matches every value; its fields match every value of one type.
patterns.any = make("any", "any", {
  string = make("type", "any.string", {
    test = function(value) return type(value) == "string" end,
  }),
  number = make("type", "any.number", {
    test = function(value) return type(value) == "number" end,
  }),
  integer = make("type", "any.integer", {
    test = function(value) return math.type(value) == "integer" end,
  }),
  boolean = make("type", "any.boolean", {
    test = function(value) return type(value) == "boolean" end,
  }),
  table = make("type", "any.table", { test = isTable }),
  list = make("type", "any.list", { test = isList }),
})

---Matches an empty table.
patterns.empty = make("empty", "empty", {
  test = function(value) return isTable(value) and next(value) == nil end,
})

---Matches a string in which `string.find` finds the Lua pattern; its captures follow the message.
---@param luaPattern string
---@return Pattern
function patterns.pattern(luaPattern)
  if type(luaPattern) ~= "string" then
    host.misuse("pattern takes a Lua pattern, not a " .. type(luaPattern))
  end
  local valid, message = pcall(string.find, "", luaPattern)
  if not valid then
    host.misuse(("%s is not a Lua pattern: %s"):format(describe.bytes(luaPattern), message))
  end
  return make("text", "pattern", { text = luaPattern })
end

---A Lua pattern that a script has written otherwise.
---@param title string  as the script has written it
---@param luaPattern string
---@return Pattern
function patterns.named(title, luaPattern)
  return make("text", title, { text = luaPattern })
end

---Matches what a function of the prelude accepts.
---@param title string  as the script has written it
---@param test fun(value: any): boolean
---@return Pattern
function patterns.satisfying(title, test)
  return make("type", title, { test = test })
end

---Matches what any of the patterns matches; the first that does counts.
---@param choices any[]
---@return Pattern
function patterns.oneOf(choices)
  if not isTable(choices) or #choices == 0 then
    host.misuse("oneOf takes a list of patterns, such as oneOf { \"yes\", \"no\" }")
  end
  return make("oneOf", "oneOf", { choices = choices })
end

---Matches a table of this shape that has no other key, at any depth.
---@param shape table
---@return Pattern
function patterns.exactly(shape)
  if not isTable(shape) then host.misuse("exactly takes a table, not " .. describe.value(shape)) end
  return make("exactly", "exactly", { shape = shape })
end

return patterns
