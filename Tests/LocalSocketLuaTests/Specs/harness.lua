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

-- MARK: Sockets that are closed with their case

local function closing(...)
  for _, object in ipairs { ... } do opened[#opened + 1] = object end
  return ...
end

---A name in the file system that nothing bears.
function harness.path()
  local path = os.tmpname()
  os.remove(path)
  return path
end

---Two connected sockets.
function harness.pair() return closing(localsocket.pair()) end

---A server, under a new name if none is given.
function harness.listen(options, name)
  return closing(assert(localsocket.listen(name or harness.path(), options)))
end

---A server and, connected through it, the client's and the server's socket.
function harness.connection()
  local server = harness.listen()
  local client = closing(assert(localsocket.connect(server:fullServerName())))
  return client, closing(assert(server:accept(limit))), server
end

---A server that accepts only when asked to, whose queue is full.
function harness.fullServer()
  local server = harness.listen { backlog = 0 }
  server:setMaxPendingConnections(0)
  repeat
    local client = closing(localsocket.Socket())
    client:connectToServer(server:fullServerName())
  until client:state() == "ConnectingState"
  return server, opened[#opened]
end

---Starts a task that accepts what comes until the server is closed.
function harness.acceptAll(server, served)
  localsocket.spawn(function()
    local connection = server:accept(-1)
    while connection do
      closing(connection)
      if served then served(connection) end
      connection = server:accept(-1)
    end
  end)
end

---Closes an object with the case.
function harness.close(object) return (closing(object)) end

-- MARK: Turning the loop

---Turns the loop until a condition holds.
function harness.turnUntil(condition)
  local last = localsocket.now() + limit
  while not condition() do
    if localsocket.now() > last then error("the condition never came to hold", 2) end
    localsocket.step(limit)
  end
end

---Lets all that is under way happen.
function harness.settle()
  for _ = 1, 10 do localsocket.step() end
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
assert(loadfile(path, "t"))(harness)
if passed + #reports == 0 then reports[1] = "there are no cases" end
return passed, table.concat(reports, "\n")
