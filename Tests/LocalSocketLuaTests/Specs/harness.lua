-- Runs the cases of one spec file against the module `localsocket`:
--
--     local passed, reports = loadfile("harness.lua")(PATH)
--
-- gives the number of cases that passed and a text about each that failed. The specs run in stock
-- Lua, whose main chunk pumps the loop, and embedded as the root task, where `takeFailure` is a
-- global that gives the error of a callback that nobody has caught.

local localsocket = require "localsocket"

local harness = { localsocket = localsocket, isEmbedded = takeFailure ~= nil }
local passed, reports = 0, {}
local opened = {}

---How long a case waits for what is certain to come unless something is broken.
local limit <const> = 20000
harness.limit = limit

-- MARK: Cases

local function closeOpened()
  for index = #opened, 1, -1 do
    opened[index]:close()
    opened[index] = nil
  end
end

local function describe(raised)
  return type(raised) == "string" and debug.traceback(raised, 2) or tostring(raised)
end

---Runs a case; its name is a sentence.
function harness.test(name, fn)
  local fine, raised = xpcall(fn, describe)
  closeOpened()
  local left = takeFailure and takeFailure()
  if fine and left then fine, raised = false, "an error was left over: " .. tostring(left) end
  if fine then
    passed = passed + 1
  else
    reports[#reports + 1] = name .. "\n  " .. raised:gsub("\n", "\n  ")
  end
end

-- MARK: Objects that are closed with their case

---Closes objects when the case is over, the last one first; gives them back.
function harness.closing(...)
  for _, object in ipairs { ... } do opened[#opened + 1] = object end
  return ...
end

---Closes one object when the case is over.
function harness.close(object) return (harness.closing(object)) end

-- MARK: Signals

local signals <const> = {
  "connected", "disconnected", "errorOccurred", "stateChanged", "readyRead", "bytesWritten",
  "readChannelFinished", "aboutToClose",
}

---A list that grows with each signal of a socket: its name with its argument, or, if methods are
---named, a row of that and of what these methods give to the signal's handler.
function harness.record(socket, ...)
  local record, methods = {}, { ... }
  for _, signal in ipairs(signals) do
    socket:on(signal, function(_, argument)
      local row = { argument == nil and signal or signal .. " " .. argument }
      for _, method in ipairs(methods) do row[#row + 1] = socket[method](socket) end
      record[#record + 1] = #methods == 0 and row[1] or row
    end)
  end
  return record
end

-- MARK: Turning the loop

---Turns the loop until a condition holds.
function harness.turnUntil(condition)
  local last = localsocket.now() + limit
  while not condition() do
    if localsocket.now() > last then error("the condition never came to hold", 2) end
    localsocket.step(limit)
  end
end

---Turns the loop until a socket is unconnected.
function harness.awaitEnd(socket)
  harness.turnUntil(function() return socket:state() == "UnconnectedState" end)
end

---Turns the loop until a socket has so many bytes to read.
function harness.awaitBytes(socket, count)
  harness.turnUntil(function() return socket:bytesAvailable() >= count end)
end

---Lets all that is under way happen.
function harness.settle()
  for _ = 1, 10 do localsocket.step() end
end

---Collects until a condition holds; objects die one collection after their owners at the latest.
function harness.collectUntil(condition)
  for _ = 1, 20 do
    collectgarbage()
    localsocket.step()
    if condition() then return end
  end
  error("it was never collected", 2)
end

---The next error of a callback or task that nobody has caught.
function harness.uncaught()
  if not harness.isEmbedded then
    local last = localsocket.now() + limit
    while localsocket.now() < last do
      local fine, raised = pcall(localsocket.step, limit)
      if not fine then return raised end
    end
    error("no error came", 2)
  end
  local failure
  harness.turnUntil(function()
    failure = takeFailure()
    return failure ~= nil
  end)
  return failure
end

-- MARK: Checks

local function equal(left, right)
  if left == right or (left ~= left and right ~= right) then return true end
  if type(left) ~= "table" or type(right) ~= "table" then return false end
  for key, value in pairs(left) do
    if not equal(value, right[key]) then return false end
  end
  for key in pairs(right) do
    if left[key] == nil then return false end
  end
  return true
end

local function shown(value)
  if type(value) == "string" then
    return ("%q"):format(#value > 200 and value:sub(1, 200) .. "…" or value)
  end
  if type(value) ~= "table" then return tostring(value) end
  local parts = {}
  for key, inner in pairs(value) do
    parts[#parts + 1] = (type(key) == "number" and "" or key .. " = ") .. shown(inner)
  end
  return "{ " .. table.concat(parts, ", ") .. " }"
end

---Asserts that two values are the same, tables by what they hold.
function harness.same(actual, expected, what)
  if equal(actual, expected) then return end
  local text = ("expected %s\n     got %s"):format(shown(expected), shown(actual))
  error((what and what .. ": " or "") .. text, 2)
end

---Asserts that a call raises a message with a plain text in it; gives the message.
function harness.raises(text, fn, ...)
  local fine, raised = pcall(fn, ...)
  if fine then error("nothing was raised", 2) end
  if not tostring(raised):find(text, 1, true) then
    error(("expected an error with %q\n     got %s"):format(text, shown(raised)), 2)
  end
  return raised
end

---Asserts that results are a first value, a sentence and a code.
function harness.fails(first, code, ...)
  local results = table.pack(...)
  if results.n ~= 3 or results[1] ~= first or type(results[2]) ~= "string" or results[2] == ""
    or results[3] ~= code then
    error(("expected %s, a message, %q\n     got %s"):format(
      shown(first), code, shown({ table.unpack(results, 1, results.n) })), 2)
  end
  return results[2]
end

-- MARK: Running

local path = ...
local folder = debug.getinfo(1, "S").source:match("^@(.*)/") or "."
assert(loadfile(folder .. "/fixtures.lua", "t"))(harness)
assert(loadfile(path, "t"))(harness)
if passed + #reports == 0 then reports[1] = "there are no cases" end
return passed, table.concat(reports, "\n")
