-- What a scenario does besides talking: tasks, notes, its end, and what it does again. Methods of `t`.

local host = ...
local prelude = host.prelude
local failure, repeating = prelude.later.failure, prelude.later.repeating

local scenario = prelude.scenario
local Scenario, checkFunction, checkText = scenario.class, scenario.checkFunction, scenario.checkText

---Starts another actor; it fails the scenario if it fails.
---@param name string
---@param fn function
---@return localsocket.Task
function Scenario:task(name, fn)
  checkText(name, "the name of a task")
  checkFunction(fn, "the body of a task")
  return host.task(name, fn)
end

---Waits until so many actors have called it with this name; the next ones begin anew.
---@param name string
---@param count integer
function Scenario:barrier(name, count)
  checkText(name, "the name of a barrier")
  prelude.barriers.wait(name, count)
end

---Runs a function at the end, the last one first.
---@param fn function
function Scenario:defer(fn)
  checkFunction(fn, "what is deferred")
  host.defer(fn)
end

---Adds a line to the transcript.
---@param format string  as of `string.format`; alone it is the line
---@param ... any
function Scenario:note(format, ...)
  checkText(format, "a note")
  local isMade, text = true, format
  if select("#", ...) > 0 then isMade, text = pcall(string.format, format, ...) end
  if not isMade then host.misuse("the format of the note does not fit: " .. text) end
  host.log("note", nil, text)
end

---Ends the scenario as skipped.
---@param reason string
function Scenario:skip(reason)
  checkText(reason, "the reason for a skip")
  host.skip(reason)
end

---Ends the scenario as failed.
---@param message string
function Scenario:fail(message)
  checkText(message, "what failed")
  failure.raise { kind = "assertion", message = message }
end

---Iterates over rows in the order of their sorted keys; a failure names the row.
---@generic K, V
---@param rows table<K, V>
---@return fun(): K?, V?
function Scenario:each(rows) return repeating.each(rows) end

---Calls a function again and again until no assertion in it fails.
---@param deadline localsocket.Duration
---@param fn fun(): ...
---@return any ...  what the function returns
function Scenario:eventually(deadline, fn) return repeating.eventually(deadline, fn) end
