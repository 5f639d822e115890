-- The codec "stream": bytes without messages, in which `expect` looks for a text or a pattern.

local host = ...
local describe, patterns, payload =
  host.prelude.later.describe, host.prelude.patterns, host.prelude.payload
local find, sub = string.find, string.sub

---Looks in `buffer` from `position`: first, last and the captures, or nil.
---@alias Finder fun(buffer: string, position: integer): integer?, integer?, ...

local finderOf

local function findersOf(choices)
  local finders = {}
  for index, choice in ipairs(choices) do finders[index] = finderOf(choice) end
  return finders
end

---The index of the finder whose text stands first, and what it finds.
local function earliest(finders, buffer, position)
  local nearest, best
  for index, finder in ipairs(finders) do
    local first = finder(buffer, position)
    if first and (not nearest or first < nearest) then nearest, best = first, index end
  end
  if best then return best, finders[best](buffer, position) end
end

local function earliestOf(choices)
  local finders = findersOf(choices)
  return function(buffer, position)
    return select(2, earliest(finders, buffer, position))
  end
end

local function satisfying(predicate)
  return function(buffer, position)
    if position <= #buffer and predicate(sub(buffer, position)) then return position, #buffer end
  end
end

---@return Finder
function finderOf(pattern)
  local kind = patterns.isPattern(pattern) and pattern.kind or type(pattern)
  if kind == "function" then return satisfying(pattern) end
  if kind == "oneOf" then return earliestOf(pattern.choices) end
  if kind == "any" or pattern == patterns.any.string then
    return satisfying(function() return true end)
  end
  if kind == "text" then
    return function(buffer, position) return find(buffer, pattern.text, position) end
  end
  if kind == "string" or kind == "number" then
    local text = tostring(pattern)
    return function(buffer, position) return find(buffer, text, position, true) end
  end
  host.misuse("a stream holds text, in which expect cannot look for " .. describe.value(pattern))
end

local function take(r, finder, first, last, ...)
  if first then
    r.position = last + 1
    return sub(r.buffer, first, last), ...
  end
  r:grow()
  return take(r, finder, finder(r.buffer, r.position))
end

local function takeEarliest(r, finders, index, first, last, ...)
  if index then
    r.position = last + 1
    return index, sub(r.buffer, first, last), ...
  end
  r:grow()
  return takeEarliest(r, finders, earliest(finders, r.buffer, r.position))
end

---@type Codec
return {
  name = "stream",
  awaits = "a match",
  encode = function(message) return payload.bytes(message, "stream") end,
  decode = function(r) return r:some() end,

  ---Waits until the pattern is found in what has come, and takes that through its end.
  ---@return string found
  ---@return any ...  the captures
  seek = function(r, pattern)
    if type(pattern) == "string" and pattern ~= "" then
      r:until_(pattern)
      return pattern
    end
    local finder = finderOf(pattern)
    return take(r, finder, finder(r.buffer, r.position))
  end,

  ---Waits until one of the patterns is found, and takes the text that stands first.
  ---@return integer index  of its pattern
  ---@return string found
  ---@return any ...  the captures
  seekFirst = function(r, choices)
    local finders = findersOf(choices)
    return takeEarliest(r, finders, earliest(finders, r.buffer, r.position))
  end,
}
