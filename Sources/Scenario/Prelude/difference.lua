-- What a failure shows of two sides that do not agree.

local host = ...
local describe, matching = host.prelude.describe, host.prelude.matching
local count = host.prelude.quantities.count

local MAX_LINES = 20
local TOP = "at the top"

---@alias Comparison fun(expected: any, actual: any, report?: Report): boolean

local difference = {}

---The places where two values disagree, a line each: ".id: expected 1, got 2".
---@param compare Comparison
---@param expected any
---@param actual any
---@return string[]
function difference.lines(compare, expected, actual)
  local lines, more = {}, 0
  compare(expected, actual, function(path, problem)
    if #lines == MAX_LINES then
      more = more + 1
    else
      lines[#lines + 1] = (path == "" and TOP or path) .. ": " .. problem
    end
  end)
  if more > 0 then lines[#lines + 1] = "and " .. count(more, "further difference") end
  return lines
end

---Both sides as notes, one below the other.
---@param expected string
---@param actual string
---@return string[]
function difference.sides(expected, actual)
  return { "expected  " .. expected, "actual    " .. actual }
end

---Where two tables disagree first, and in how many more places; nil where all of them differs.
---@param lines? string[]  of `difference.lines`
---@return string?
function difference.first(lines)
  if not lines or not lines[1] or lines[1]:find(TOP, 1, true) == 1 then return nil end
  if #lines == 1 then return lines[1] end
  return ("%s; and in %s"):format(lines[1],
    #lines > MAX_LINES and "many more places" or count(#lines - 1, "more place"))
end

---Adds to a failure's fields both sides, and where tables differ.
---@param fields Failure
---@param compare Comparison  `matching.matches` or `matching.equals`
---@param expected any
---@param actual any
---@return Failure fields
function difference.add(fields, compare, expected, actual)
  if type(expected) == "string" and type(actual) == "string" then
    fields.expected, fields.actual, fields.isBytes = expected, actual, true
    return fields
  end
  fields.expected, fields.actual = describe.value(expected), describe.value(actual)
  if type(expected) == "table" and type(actual) == "table" then
    fields.difference = difference.lines(compare, expected, actual)
  end
  return fields
end

return difference
