-- Bytes that a script gives, changed a little: `g:mutate`.

local host = ...
local prelude = host.prelude
local describe, options, shapes = prelude.describe, prelude.options, prelude.shapes

local Generator = prelude.generator.class

local concat, sub = table.concat, string.sub

---@class Mutation  what becomes of bytes that are not empty
---@alias Mutator fun(g: Generator, bytes: string): string

local function position(g, bytes)
  return g.tape:choose(shapes.index(#bytes))
end

local function replaced(bytes, first, last, with)
  return concat { sub(bytes, 1, first - 1), with, sub(bytes, last + 1) }
end

---A part of the bytes: its first and its last position.
local function range(g, bytes)
  local first = position(g, bytes)
  return first, first + g.tape:choose(shapes.index(math.min(#bytes - first + 1, 64))) - 1
end

local SPECIAL = { "\0", "\n", "\r", " ", "\t", "%", "\"", "'", "/", "\\", ";", "\xff", "\x7f", "\x80" }
local NUMBERS = { "0", "-1", "1", "255", "256", "65535", "65536", "2147483647", "2147483648",
  "-2147483649", "4294967295", "4294967296", "9223372036854775808", "1e999", "007", "0x10" }

---@type Mutator[]
local mutators = {
  -- One byte gets another value.
  function(g, bytes)
    local at = position(g, bytes)
    return replaced(bytes, at, at, string.char(g:int { 0, 255 }))
  end,
  -- One bit is turned.
  function(g, bytes)
    local at = position(g, bytes)
    local bit = g.tape:choose(shapes.index(8)) - 1
    return replaced(bytes, at, at, string.char(bytes:byte(at) ~ 1 << bit))
  end,
  -- A part goes.
  function(g, bytes)
    local first, last = range(g, bytes)
    return replaced(bytes, first, last, "")
  end,
  -- A part comes twice, or many times.
  function(g, bytes)
    local first, last = range(g, bytes)
    local times = g.tape:choose(shapes.int(2, 64, 2))
    return replaced(bytes, first, last, sub(bytes, first, last):rep(times))
  end,
  -- Something comes in.
  function(g, bytes)
    local at = position(g, bytes)
    return replaced(bytes, at, at - 1, g:bytes { min = 1, max = 16 })
  end,
  -- A byte that means something to many protocols comes in.
  function(g, bytes)
    local at = position(g, bytes)
    return replaced(bytes, at, at - 1, g:pick(SPECIAL))
  end,
  -- A number becomes another one.
  function(g, bytes)
    local first, last = bytes:find("%-?%d+", position(g, bytes))
    if not first then first, last = bytes:find("%-?%d+") end
    if not first then return bytes end
    return replaced(bytes, first, last, g:pick(NUMBERS))
  end,
  -- Two parts change places.
  function(g, bytes)
    local first, last = range(g, bytes)
    local part, rest = sub(bytes, first, last), replaced(bytes, first, last, "")
    local at = g.tape:choose(shapes.index(#rest + 1))
    return replaced(rest, at, at - 1, part)
  end,
  -- The rest is cut off.
  function(g, bytes)
    return sub(bytes, 1, position(g, bytes) - 1)
  end,
}

local mutateOptions = { count = "number" }

---Bytes that differ a little from those that are given; not at all is the simplest.
---@param bytes string
---@param given? { count?: integer }  how many changes there are at most; 4
---@return string
function Generator:mutate(bytes, given)
  if type(bytes) ~= "string" then
    host.misuse("g:mutate takes bytes, not " .. describe.value(bytes))
  end
  local count = options.check(given, mutateOptions, "g:mutate").count or 4
  self:repeatUpTo(count, function()
    if bytes == "" then
      bytes = self:bytes { min = 1, max = 16 }
    else
      bytes = mutators[self.tape:choose(shapes.index(#mutators))](self, bytes)
    end
  end)
  return bytes
end
