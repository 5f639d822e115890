-- The assertions of `t` about values.

local host = ...
local prelude = host.prelude
local later, patterns = prelude.later, prelude.patterns
local describe, difference, failure = later.describe, later.difference, later.failure
local hints, matching = later.hints, later.matching

local assertions = {}

---A failure's sentence, behind the caller's note.
local function sentence(note, format, ...)
  local text = format:format(...)
  return note == nil and text or tostring(note) .. ": " .. text
end

local function fail(note, format, ...)
  failure.raise { kind = "assertion", message = sentence(note, format, ...) }
end

---Refuses a comparison with a value that is left out: nil is one, but nothing is none.
---@param caller string
---@param count integer  how many values it was given
local function checkCount(caller, count)
  if count >= 2 then return end
  host.misuse(("%s takes an actual and an expected value, not %s"):format(
    caller, count == 0 and "nothing" or "one value"))
end

---Both values must be equal, tables by what they hold.
---@overload fun(actual: any, expected: any, note?: string)
function assertions.equal(...)
  local actual, expected, note = ...
  if expected == nil then checkCount("equal", select("#", ...)) end
  host.count()
  if expected == actual or matching.equals(expected, actual) then return end
  local fields = difference.add({ kind = "assertion" }, matching.equals, expected, actual)
  local first = difference.first(fields.difference)
  local wanted, got = describe.contrast(expected, actual)
  if first then
    fields.message = sentence(note, "the values differ at %s", first)
    fields.notes = difference.sides(wanted, got)
  else
    fields.message = sentence(note, "expected %s, got %s", wanted, got)
    fields.notes = hints.of(expected, actual)
  end
  failure.raise(fields)
end

---The values must differ.
---@overload fun(actual: any, expected: any, note?: string)
function assertions.notEqual(...)
  local actual, expected, note = ...
  if expected == nil then checkCount("notEqual", select("#", ...)) end
  host.count()
  if matching.equals(expected, actual) then
    fail(note, "expected anything but %s", describe.value(expected))
  end
end

---A plain string is a Lua pattern here, anything else what `expect` takes.
local function asPattern(pattern)
  return type(pattern) == "string" and patterns.pattern(pattern) or pattern
end

local function orFail(actual, pattern, note, matched, ...)
  if matched then return actual, ... end
  failure.raise(difference.add({
    kind = "assertion",
    message = sentence(
      note, "expected a match of %s, got %s", describe.value(pattern), describe.value(actual)),
  }, matching.matches, pattern, actual))
end

---The value must match.
---@param actual any
---@param pattern any  a string is a Lua pattern; else as in `expect`
---@param note? string
---@return any actual
---@return string ...  the captures
function assertions.match(actual, pattern, note)
  if pattern == nil then host.misuse("match needs a value and a pattern") end
  host.count()
  pattern = asPattern(pattern)
  return orFail(actual, pattern, note, matching.captured(pattern, actual))
end

---The value must be neither false nor nil.
---@param value any
---@param note? string
---@return any value
function assertions.isTrue(value, note)
  host.count()
  if not value then fail(note, "expected a true value, got %s", describe.value(value)) end
  return value
end

local function isCallable(value)
  if type(value) == "function" then return true end
  local meta = getmetatable(value)
  return type(meta) == "table" and rawget(meta, "__call") ~= nil
end

---The function must raise an error; one that skips the scenario goes on.
---@param fn function
---@param pattern? any  of the error: a string is a Lua pattern for its text
---@return any error
function assertions.raises(fn, pattern)
  if not isCallable(fn) then
    host.misuse("raises takes a function, not " .. describe.value(fn))
  end
  host.count()
  local passed, raised = pcall(fn)
  if passed then fail(nil, "expected an error, but the function returned") end
  if failure.isSkip(raised) then error(raised, 0) end
  if pattern == nil then return raised end
  local wanted = asPattern(pattern)
  local value = patterns.isPattern(wanted) and wanted.kind == "text" and tostring(raised) or raised
  if not matching.captured(wanted, value) then
    fail(nil, "expected an error that matches %s, got %s",
      describe.value(pattern), describe.value(value))
  end
  return raised
end

---@type any  what `assert` has raised last
local lastRaised

-- Whether one call of `assert` was counted: none or some is all that is asked, and loops have many.
local isAssertCounted = false

---The global `assert`: Lua's own, and counted.
---@generic T
---@param value T
---@param ... any  the message, or the rest of what is returned
---@return T
---@return any ...
function assertions.assert(value, ...)
  if not isAssertCounted then
    isAssertCounted = true
    host.count()
  end
  if value then return value, ... end
  -- At the caller's line: Lua's own would name this one.
  local _, raised = pcall(error, select("#", ...) == 0 and "assertion failed!" or (...), 3)
  lastRaised = raised
  error(raised, 0)
end

---Whether an error says that an assertion did not hold, or that a wait has failed.
---@param raised any  what `pcall` caught
---@return boolean
function assertions.isFailure(raised)
  return failure.is(raised) or raised ~= nil and rawequal(raised, lastRaised)
end

return assertions
