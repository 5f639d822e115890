-- Doing something for each row of a table, and again until it passes.

local host = ...
local prelude = host.prelude
local assertions, deadlines, describe = prelude.assertions, prelude.deadlines, prelude.describe
local expiring, failure, options = prelude.expiring, prelude.failure, prelude.options
local quantities, waits = prelude.quantities, prelude.waiting

local now, sleep = host.localsocket.now, host.localsocket.sleep

local repeating = {}

local function title(key)
  return "row " .. (type(key) == "string" and key or describe.value(key))
end

---@class Row  the row of a loop that runs; it is named in whatever ends the loop as an error
---@field title string|false
---@field outer string?  that of the loop around it
local Row = {}

function Row:__close(raised)
  host.row(self.outer)
  if raised ~= nil and self.title then failure.remark(raised, self.title) end
end

local function enter(row, name)
  local outer = host.row(name)
  if not row.title then row.outer = outer end
  row.title = name
  host.log("note", nil, name)
end

---Iterates over a table in the order of its sorted keys.
---@generic K, V
---@param rows table<K, V>
---@return fun(): K?, V?
function repeating.each(rows)
  if type(rows) ~= "table" then
    host.misuse("each takes a table of rows, not " .. describe.value(rows))
  end
  local keys, index, row = describe.sortedKeys(rows), 0, setmetatable({ title = false }, Row)
  local function nextRow()
    index = index + 1
    local key = keys[index]
    if key == nil then return nil end
    enter(row, title(key))
    return key, rows[key]
  end
  return nextRow, nil, nil, row
end

local FIRST_PAUSE, LONGEST_PAUSE = 1, 50

---@class Attempts  what the tries of `eventually` have come to
---@field count integer
---@field started number
---@field last any  what the last one raised
---@field [integer] { text: string, count: integer, first: number, last: number }

local function record(attempts, raised)
  local text = failure.is(raised) and raised.message or tostring(raised)
  local elapsed = now() - attempts.started
  attempts.count, attempts.last = attempts.count + 1, raised
  for _, seen in ipairs(attempts) do
    if seen.text == text then
      seen.count, seen.last = seen.count + 1, elapsed
      return
    end
  end
  attempts[#attempts + 1] = { text = text, count = 1, first = elapsed, last = elapsed }
end

---When a failure was seen: "0.000s to 0.120s, 7 times".
local function occurrences(seen)
  if seen.count == 1 then return ("at %.3fs"):format(seen.first / 1000) end
  return ("%.3fs to %.3fs, %s"):format(
    seen.first / 1000, seen.last / 1000, quantities.count(seen.count, "time"))
end

local function notesOf(attempts)
  local notes = {}
  for index, seen in ipairs(attempts) do
    notes[index] = ("%s: %s"):format(occurrences(seen), seen.text)
  end
  return notes
end

---Tries until the function passes or the deadline has passed; the last try is at the deadline.
---@return boolean passed
---@return any ...  the function's results
local function try(fn, attempts, deadline, pause, passed, ...)
  if passed then return true, ... end
  local raised = ...
  if not assertions.isFailure(raised) then error(raised, 0) end
  record(attempts, raised)
  local rest = deadline - now()
  if rest <= 0 then return false end
  sleep(math.min(pause, rest))
  return try(fn, attempts, deadline, math.min(pause * 2, LONGEST_PAUSE),
    deadlines.protected(deadline, fn))
end

local function begin(fn, attempts, deadline)
  return try(fn, attempts, deadline, FIRST_PAUSE, deadlines.protected(deadline, fn))
end

local function tryLate(deadline, fn, attempts)
  local expired = now()
  if begin(fn, attempts, deadline) then
    return nil, "it passed " .. expiring.lateness(expired)
  end
  return "nor did it pass in the time after the deadline"
end

local function orFail(fn, attempts, milliseconds, passed, ...)
  if passed then return ... end
  local last = attempts.last
  local fields = {
    kind = "timeout", notes = notesOf(attempts),
    message = ("waited %s for %s to pass; %s failed, at last: %s"):format(
      quantities.duration(milliseconds), describe.value(fn),
      attempts.count == 1 and "its one try" or ("all of its %d tries"):format(attempts.count),
      failure.is(last) and last.message or tostring(last)),
  }
  if failure.is(last) then
    fields.expected, fields.actual, fields.isBytes = last.expected, last.actual, last.isBytes
    fields.difference, fields.lane = last.difference, last.lane
  end
  local late = expiring.observe(fields, milliseconds, tryLate, fn, attempts)
  fields.message = waits.sentence(fields.message, late)
  failure.raise(fields)
end

---Calls a function again and again until no assertion in it fails.
---@param duration localsocket.Duration
---@param fn fun(): ...
---@return any ...  what the function returns
function repeating.eventually(duration, fn)
  local milliseconds = options.span(duration, "deadline")
  if type(fn) ~= "function" then
    host.misuse("eventually takes a deadline and a function, not " .. describe.value(fn))
  end
  local started = now()
  local attempts = { count = 0, started = started, last = nil }
  return orFail(fn, attempts, milliseconds, begin(fn, attempts, started + milliseconds))
end

return repeating
