-- The objects in play, what is done with them, and what was found wrong.

local values, calls, supply = ...
local localsocket = require "localsocket"

local World = {}
World.__index = World

---How many objects of a class are held; one that is let go for another may still be in use.
local poolSize <const> = 10
---How many handlers may run inside each other; handlers that call what calls them are not endless.
local nestingLimit <const> = 20
local traceName <const> = os.getenv "TORTURE_TRACE"
local trace <const> = traceName and assert(io.open(traceName, "w"))
if trace then trace:setvbuf "line" end

---A world whose random choices follow a generator and whose files are in a directory.
function World.new(generator, directory)
  local names = {}
  for index = 1, 4 do names[index] = ("%s/%d"):format(directory, index) end
  for index = 5, 6 do names[index] = ("@%s/%d"):format(directory, index) end
  return setmetatable({
    generator = generator, directory = directory, names = names, file = assert(io.tmpfile()),
    findings = {}, log = {}, calls = 0, nesting = 0, isEnding = false,
    -- Everything that the module gave us, for as long as it is there.
    alive = setmetatable({}, { __mode = "k" }),
    pools = {}, classes = {}, corpses = setmetatable({}, { __mode = "k" }),
  }, World)
end

-- MARK: Objects

local signals <const> = {
  ["localsocket.Socket"] = {
    "connected", "disconnected", "errorOccurred", "error", "stateChanged", "readyRead",
    "bytesWritten", "readChannelFinished", "aboutToClose",
  },
  ["localsocket.Server"] = { "newConnection" },
}

---Connects a function that makes calls to every signal of an object.
function World:listenToAll(class, object)
  for _, signal in ipairs(signals[class] or {}) do
    object:on(signal, self:handler(self.generator))
  end
end

---Takes the module's objects among some values into the world.
function World:adopt(list)
  for index = 1, list.n or #list do
    local value = list[index]
    local class = calls.className(value)
    if class and not (self.alive[value] or self.corpses[value] or self.isEnding) then
      self.alive[value] = true
      self:keep(class, value)
      if self.generator:chance(20) then self:listenToAll(class, value) end
    elseif type(value) == "table" and type(rawget(value, "descriptors")) == "table" then
      self:adopt(value.descriptors)
    end
  end
end

function World:keep(class, object)
  local pool = self.pools[class]
  if not pool then
    pool = {}
    self.pools[class] = pool
    self.classes[#self.classes + 1] = class
    table.sort(self.classes)
  end
  pool[#pool < poolSize and #pool + 1 or self.generator:below(poolSize) + 1] = object
end

---An object that has not been collected; nil when there is none.
function World:liveObject(generator)
  if #self.classes == 0 then return nil end
  local class = generator:pick(self.classes)
  -- Sockets have most members.
  if generator:chance(60) then class = "localsocket.Socket" end
  return self:ofClass(generator, class)
end

---An object of a class; nil when there is none.
function World:ofClass(generator, class)
  local pool = self.pools[class]
  return pool and #pool > 0 and generator:pick(pool) or nil
end

---Whether a number is the descriptor of one of the objects.
function World:holds(number)
  for _, class in ipairs { "localsocket.Socket", "localsocket.Server" } do
    for _, object in ipairs(self.pools[class] or {}) do
      if object:socketDescriptor() == number then return true end
    end
  end
  return false
end

---An object in any state, or one that the collector has taken.
function World:anyObject(generator)
  if self.lastCorpse and generator:chance(10) then return self.lastCorpse end
  return self:liveObject(generator)
end

---Whether the collector has taken an object that a finaliser has brought back.
function World:isCorpse(value) return value ~= nil and self.corpses[value] == true end

---Lets the collector take a socket and brings it back from the dead.
function World:exhume()
  -- Finalisers run in the reverse order of their making, so the table must have its own first.
  local grave = setmetatable({}, { __gc = function(grave)
    self.corpses[grave[1]] = true
    self.lastCorpse = grave[1]
  end })
  grave[1] = localsocket.Socket()
  grave = nil
  collectgarbage()
end

-- MARK: Findings

---Notes something that must not be.
function World:find(format, ...)
  self.findings[#self.findings + 1] = format:format(...)
end

local describe

local function describeTable(value)
  local parts = {}
  for key, field in next, value do
    parts[#parts + 1] = ("%s = %s"):format(describe(key), describe(field))
  end
  table.sort(parts)
  return "{ " .. table.concat(parts, ", ") .. " }"
end

function describe(value)
  if type(value) == "string" then return ("%q"):format(#value > 24 and value:sub(1, 24) or value) end
  if type(value) == "number" then return ("%.17g"):format(value) end
  if type(value) == "userdata" then return (calls.className(value) or "userdata") .. (" %p"):format(value) end
  return type(value) == "table" and describeTable(value) or tostring(value)
end

---Notes a call among the last ones, which a finding shows.
function World:note(call)
  local parts = {}
  for index = 1, call.arguments.n do parts[index] = describe(call.arguments[index]) end
  call.text = ("%d: %s(%s)"):format(self.calls, call.name, table.concat(parts, ", "))
  self.log[self.calls % 30] = call.text
  if trace then trace:write(call.text, "\n") end
end

---The last calls, the oldest first.
function World:lastCalls()
  local lines = {}
  for index = math.max(self.calls - 29, 0), self.calls do lines[#lines + 1] = self.log[index % 30] end
  return table.concat(lines, "\n")
end

-- MARK: Calls

-- Errors of a torture's own making, which come out wherever errors of callbacks do.
local deliberate <const> = "raised on purpose"

---Whether an error is one that callbacks, cancellations and waits inside waits make.
function World.isExpected(raised)
  local text = type(raised) == "string" and raised or ""
  return text:find(deliberate, 1, true) or text:find("cancelled", 1, true)
    or text:find("nested too deeply", 1, true)
end

local function isFailure(results)
  return results.n == 4 and not results[2] and type(results[4]) == "string"
end

---Whether a message says nothing, or what cannot be so.
local function isMisleading(text)
  text = text:sub(1, 300)
  local wanted, got = text:match "([%w.]+) expected, got ([%w.]+)"
  return text == "" or wanted and wanted == got or text:find("to '?'", 1, true)
    or text:find("open as ReadWrite only", 1, true)
end

---Looks at what came of a call.
function World:judge(call, results)
  local text = results[1] and isFailure(results) and results[3] or results[2]
  if type(text) == "string" and (not results[1] or isFailure(results)) and isMisleading(text) then
    self:find("%s says %s", call.text, text)
  end
  if not results[1] then
    local isExpected = World.isExpected(results[2]) or call.name == "Task:join"
    if call.verdict == true and not isExpected then
      self:find("%s raised %s", call.text, tostring(results[2]))
    end
  elseif call.verdict == false then
    self:find("%s did not raise", call.text)
  elseif isFailure(results) then
    if localsocket[results[4]] ~= results[4] then
      self:find("%s failed with %s, %s", call.text, describe(results[3]), describe(results[4]))
    end
  end
end

---Makes a call; gives false when it was cancelled.
function World:perform(call)
  self.calls = self.calls + 1
  self:note(call)
  local results = table.pack(pcall(call.fn, table.unpack(call.arguments, 1, call.arguments.n)))
  self:judge(call, results)
  self:adopt(results)
  return results[1] or not tostring(results[2]):find("cancelled", 1, true)
end

---Makes some random calls.
---@param may table  `wait` and `pause`: whether the caller can be freed from a wait that has no end
function World:act(generator, count, may)
  for _ = 1, count do
    if self.isEnding then return end
    local draw = generator:chance(25) and calls.ofModule or calls.ofMethod
    if not self:perform(draw(self, generator, may)) then return end
  end
end

-- MARK: Actors

local brief <const> = { wait = false, pause = false }
local closable <const> = { wait = true, pause = false }
local cancellable <const> = { wait = true, pause = true }
World.brief = brief

---A function for a signal, a timer or a task, which acts in its turn.
function World:handler(generator)
  local own = generator:fork()
  return function(...)
    if self.isEnding or self.nesting >= nestingLimit then return ... end
    self.nesting = self.nesting + 1
    self:act(own, own:below(3), closable)
    self.nesting = self.nesting - 1
    if own:chance(3) then error(deliberate) end
    return ...
  end
end

-- The places that calls can be made from.
local places <const> = {
  function(self, generator) self:act(generator, 8, cancellable) end,
  -- Where a wait cannot yield to the scheduler it turns the loop, and cancelling does not end it.
  function(self, generator)
    coroutine.wrap(function() self:act(generator, 4, brief) end)()
  end,
  function(self, generator)
    ("xx"):gsub("x", function() self:act(generator, 1, brief) end)
  end,
  function(self, generator)
    local _ <close> = setmetatable({}, { __close = function() self:act(generator, 2, brief) end })
    self:act(generator, 2, cancellable)
  end,
  function(self, generator)
    setmetatable({}, { __gc = function() self:act(generator, 1, brief) end })
  end,
  function(self) self:exhume() end,
  supply.connect,
  supply.connect,
  supply.passOn,
  supply.adoptNumber,
}

---Starts a task that acts in one place after the other until it is cancelled.
function World:spawnActor()
  local generator = self.generator:fork()
  return localsocket.spawn(function()
    for _ = 1, 20 do
      if self.isEnding then return end
      generator:pick(places)(self, generator)
      localsocket.sleep(0)
    end
  end)
end

-- MARK: The end

local function close(object)
  local class = calls.className(object)
  if class == "localsocket.Task" or class == "localsocket.Timer" then
    object:cancel()
  elseif class == "localsocket.Connection" then
    object:disconnect()
  elseif object.abort then
    object:abort()
    object:close()
  else
    object:close()
  end
end

function World:closeAll(actors)
  local objects = {}
  for object in pairs(self.alive) do objects[#objects + 1] = object end
  for _, object in ipairs(objects) do pcall(close, object) end
  for _, actor in ipairs(actors) do actor:cancel() end
end

---Closes and cancels everything, and lets the collector take it.
function World:finish(actors)
  self.isEnding = true
  self.pools, self.classes, self.lastCorpse = {}, {}, nil
  self.file:close()
  for turn = 1, 200 do
    -- In a function of its own, whose variables do not keep an object alive.
    self:closeAll(actors)
    self:turn(turn > 20 and 1 or 0)
    collectgarbage()
    if next(self.alive) == nil and self.haveEnded(actors) then
      -- What the collector has found is closed with the next turn.
      return self:turn(0)
    end
  end
  self:findSurvivors(actors)
end

function World.haveEnded(actors)
  for _, actor in ipairs(actors) do
    local status = actor:status()
    if status == "waiting" or status == "ready" then return false end
  end
  return true
end

function World:findSurvivors(actors)
  for object in pairs(self.alive) do self:find("still there: %s", tostring(object)) end
  for _, actor in ipairs(actors) do
    if not self.haveEnded { actor } then self:find("an actor is still %s", actor:status()) end
  end
end

---Turns the loop; errors that no callback has caught come out here.
function World:turn(milliseconds)
  local fine, raised = pcall(localsocket.step, milliseconds)
  if not fine then self:findUncaught(raised) end
  -- The embedding program gets them instead.
  local left = takeFailure and takeFailure()
  while left do
    self:findUncaught(left)
    left = takeFailure()
  end
end

function World:findUncaught(raised)
  if not World.isExpected(raised) then self:find("nobody caught: %s", tostring(raised)) end
end

return World
