-- Whether a value is what a pattern accepts, or equals another value, and where it is not.

local host = ...
local later, null, patterns = host.prelude.later, host.prelude.null, host.prelude.patterns
local arrays, describe = later.arrays, later.describe

local find, isPattern = string.find, patterns.isPattern

---@class Mode  how strictly tables agree
---@field extras boolean  the actual table may have more keys
---@field patterns boolean  patterns and predicates are interpreted, else they are plain values
local SHAPE = { extras = true, patterns = true }
local EXACT = { extras = false, patterns = true }
local EQUAL = { extras = false, patterns = false }

---@alias Report fun(path: string, problem: string)  is told each disagreement

---@class Walk  one comparison
---@field report? Report  without one the comparison stops at the first disagreement
---@field met table<table, table>  the pairs being compared, so that cyclic tables end

local agree

local function differ(walk, path, expected, actual)
  if walk.report then
    local wanted, got = describe.contrast(expected, actual)
    -- What reads the same is hidden.
    local isHidden = type(actual) == "string" and wanted == got
    walk.report(path, ("expected %s, got %s%s"):format(
      wanted, actual == nil and "nothing" or got, isHidden and "; the secrets differ" or ""))
  end
  return false
end

---What decides about a pattern of a kind, in the mode of what is around it.
local judges = {
  any = function(_, value) return value ~= nil end,
  type = function(pattern, value) return pattern.test(value) end,
  empty = function(pattern, value) return pattern.test(value) end,
  text = function(pattern, value)
    return type(value) == "string" and find(value, pattern.text) ~= nil
  end,
  oneOf = function(pattern, value, mode)
    for _, choice in ipairs(pattern.choices) do
      if agree({ met = {} }, choice, value, mode, "") then return true end
    end
    return false
  end,
}

local function agreeWithPattern(walk, pattern, actual, mode, path)
  if pattern.kind == "exactly" then
    local shape = next(pattern.shape) == nil and patterns.empty or pattern.shape
    return agree(walk, shape, actual, EXACT, path)
  end
  return judges[pattern.kind](pattern, actual, mode) or differ(walk, path, pattern, actual)
end

---In the order of the keys where somebody reads it, else without sorting.
local function keys(walk, container)
  if not walk.report then return next, container end
  local sorted, index = describe.sortedKeys(container), 0
  return function()
    index = index + 1
    return sorted[index]
  end
end

---A list matches in length, so an element more is unwanted even where other keys are allowed.
local function findExtras(walk, expected, actual, mode, path)
  local isList = expected[1] ~= nil
  if mode.extras and not isList then return false end
  local found = false
  for key in keys(walk, actual) do
    if expected[key] == nil and (not mode.extras or math.type(key) == "integer") then
      if not walk.report then return true end
      found = true
      walk.report(path .. describe.step(key), "not expected, got " .. describe.value(actual[key]))
    end
  end
  return found
end

local function agreeOnEntries(walk, expected, actual, mode, path)
  local agreed = true
  for key in keys(walk, expected) do
    local inner = walk.report and path .. describe.step(key)
    if not agree(walk, expected[key], actual[key], mode, inner) then
      if not walk.report then return false end
      agreed = false
    end
  end
  return not findExtras(walk, expected, actual, mode, path) and agreed
end

local function agreeOnTables(walk, expected, actual, mode, path)
  if mode.patterns and next(expected) == nil then
    if arrays.isMarked(expected) then
      return arrays.isMarked(actual) and next(actual) == nil or differ(walk, path, expected, actual)
    end
    host.misuse(
      "{} as a pattern is unclear: write empty for an empty table, any.table for any table")
  end
  if expected == null or actual == null or type(actual) ~= "table" then
    return differ(walk, path, expected, actual)
  end
  if walk.met[expected] == actual then return true end
  walk.met[expected] = actual
  local agreed = agreeOnEntries(walk, expected, actual, mode, path)
  walk.met[expected] = nil
  return agreed
end

---A message may have a second form, as text: its metatable's `__matches` knows it.
local function agreeWithText(text, actual)
  local metatable = type(actual) == "table" and getmetatable(actual)
  return type(metatable) == "table" and metatable.__matches and metatable.__matches(actual, text)
end

local function agreesWithPredicate(predicate, actual)
  local answer = predicate(actual)
  if isPattern(answer) then
    host.misuse(("a function answers with a pattern, %s, where it should say whether a value agrees; a "
      .. 'pattern is written with what it is of, as pattern("…")'):format(answer.title))
  end
  return answer
end

function agree(walk, expected, actual, mode, path)
  if expected == actual then return true end
  local kind = type(expected)
  if mode.patterns then
    if kind == "function" and agreesWithPredicate(expected, actual) then return true end
    if kind == "string" and agreeWithText(expected, actual) then return true end
    if isPattern(expected) then return agreeWithPattern(walk, expected, actual, mode, path) end
  end
  if kind == "table" and expected ~= null then
    return agreeOnTables(walk, expected, actual, mode, path)
  end
  return differ(walk, path, expected, actual)
end

local matching = {}

---Whether a value is what a pattern accepts.
---@param pattern any  as `Patterns` in the scenario language
---@param value any
---@param report? Report
---@return boolean
function matching.matches(pattern, value, report)
  return agree({ report = report, met = {} }, pattern, value, SHAPE, "")
end

local captured

local function found(first, _, ...)
  if first then return true, ... end
  return false
end

local function orNext(choices, index, value, matched, ...)
  if matched then return true, ... end
  if index == #choices then return false end
  return orNext(choices, index + 1, value, captured(choices[index + 1], value))
end

---Whether a value is what a pattern accepts, and what that captures.
---@param pattern any
---@param value any
---@return boolean matched
---@return string ...  the captures
function captured(pattern, value)
  local kind = isPattern(pattern) and pattern.kind
  if kind == "text" and type(value) == "string" then return found(find(value, pattern.text)) end
  if kind == "oneOf" then return orNext(pattern.choices, 0, value) end
  return matching.matches(pattern, value)
end
matching.captured = captured

---Whether two values are equal, tables by what they hold.
---@param expected any
---@param actual any
---@param report? Report
---@return boolean
function matching.equals(expected, actual, report)
  return agree({ report = report, met = {} }, expected, actual, EQUAL, "")
end

return matching
