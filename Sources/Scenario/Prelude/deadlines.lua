-- Deadlines over several waits: no wait of a function that has one outlasts it.

local host = ...
local now = host.localsocket.now

local deadlines = {
  ---How many functions run under a deadline: while none does, no wait needs to ask for its limit.
  count = 0,
}

---@type table<thread, number>  when the innermost deadline of a line of control is over
local byThread = setmetatable({}, { __mode = "k" })

---Runs a function under a deadline, as `pcall`.
---@param deadline number
---@param fn function
---@return boolean passed
---@return any ...  what it returned or raised
function deadlines.protected(deadline, fn)
  local thread = coroutine.running()
  local outer = byThread[thread]
  byThread[thread] = math.min(deadline, outer or math.huge)
  deadlines.count = deadlines.count + 1
  local outcome = table.pack(pcall(fn))
  deadlines.count = deadlines.count - 1
  byThread[thread] = outer
  return table.unpack(outcome, 1, outcome.n)
end

---Whether the function that runs has a deadline.
---@return boolean
function deadlines.isSet()
  return deadlines.count > 0 and byThread[coroutine.running()] ~= nil
end

---What a wait may last that begins now.
---@param timeout number  milliseconds; negative is for ever
---@return number
function deadlines.limit(timeout)
  local deadline = byThread[coroutine.running()]
  if not deadline then return timeout end
  local rest = math.max(0, deadline - now())
  return timeout < 0 and rest or math.min(timeout, rest)
end

return deadlines
