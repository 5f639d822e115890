-- Arguments: what is right for a parameter, what must be refused, and what nobody should ever pass.

local values = {}

local huge <const> = ("x"):rep(1 << 20)

local extremes <const> = {
  false, true, 0, 1, 2, -1, -5, 255, 256, 1.5, -0.0, 2 ^ 31, -2 ^ 31, 1 << 32, 2 ^ 53, 1e300,
  math.maxinteger, math.mininteger, 1 / 0, -1 / 0, 0 / 0,
  "", "x", "\0", "a\0b", "5", "-1", "1ms", "-1s", "1e9s", "9999999999999h", "%s%n", "\255\254", "\n",
  ("n"):rep(107), huge, os.clock, io.stdout, coroutine.create(os.clock), function(...) return ... end,
  {}, { "x" }, { timeout = "never" }, setmetatable({}, { __index = error, __tostring = error }),
}

---Nil, an extreme, or any object of the world's, also one that is closed or collected.
function values.anything(world, generator)
  local roll = generator:below(10)
  if roll == 0 then return nil end
  if roll < 4 then return world:anyObject(generator) end
  local value = generator:pick(extremes)
  -- Rarely: bytes that nobody reads stay in memory.
  if value == huge and not generator:chance(10) then return "y" end
  return value
end

-- MARK: Parameters

-- A parameter draws a right value, and judges any: true when it must be taken, false when it must be
-- refused with an error, nil when either will do.

local parameters = {}
values.parameters = parameters

local function isInteger(value) return math.tointeger(value) ~= nil and type(value) == "number" end

local function ofType(name, draw)
  return { draw = draw, judge = function(value) return type(value) == name end }
end

local function oneOf(names)
  local known = {}
  for _, name in ipairs(names) do known[name] = true end
  return {
    draw = function(_, generator) return generator:pick(names) end,
    judge = function(value) return known[value] == true end,
  }
end

parameters.bytes = ofType("string", function(_, generator)
  return ("0123456789abcde\n"):rep(generator:below(generator:chance(5) and 9000 or 9))
end)

parameters.name = ofType("string", function(world, generator) return generator:pick(world.names) end)

parameters.handler = ofType("function", function(world, generator) return world:handler(generator) end)

parameters.flag = ofType("boolean", function(_, generator) return generator:chance(50) end)

parameters.count = {
  draw = function(_, generator) return generator:below(generator:chance(10) and 1 << 17 or 40) end,
  judge = function(value)
    if not isInteger(value) or value < 0 then return false end
    return true
  end,
}

parameters.backlog = {
  draw = function(_, generator) return generator:below(9) end,
  judge = function(value) return isInteger(value) and value >= 0 and value < 1 << 31 end,
}

---Any integer; mostly small ones are drawn.
parameters.integer = {
  draw = function(_, generator) return generator:below(generator:chance(10) and 1 << 17 or 9) - 2 end,
  judge = isInteger,
}

parameters.byte = {
  draw = function(_, generator)
    local byte = generator:below(256)
    return generator:chance(50) and byte or string.char(byte)
  end,
  judge = function(value)
    if isInteger(value) then return value >= 0 and value <= 255 end
    return type(value) == "string" and #value == 1
  end,
}

local function judgeTime(value, lowest)
  if type(value) == "string" then
    if value:find "^%d+ms$" then return true end
    if not value:find "^%d[%d.]*%a+$" then return false end
    return nil
  end
  if type(value) ~= "number" or value ~= value or value < lowest then return false end
  if value < 0 and value ~= -1 then return false end
  if value < 1e11 then return true end
end

---How long to wait; what is short enough for an actor that must not block is drawn most often.
parameters.time = {
  draw = function(_, generator)
    if generator:chance(80) then return generator:below(3) end
    return generator:pick { "1ms", -1, 0.5, 1 << 30 }
  end,
  judge = function(value) return judgeTime(value, -1) end,
}

parameters.duration = {
  draw = function(_, generator) return generator:pick { 0, 0.01, 1, 2, "1ms", 1 << 30 } end,
  judge = function(value) return judgeTime(value, 0) end,
}

parameters.period = {
  draw = function(_, generator) return generator:pick { 0.5, 1, "2ms", 1 << 30 } end,
  judge = function(value)
    local verdict = judgeTime(value, 0)
    if type(value) == "number" and value < 0.001 then return false end
    return verdict
  end,
}

parameters.mode = oneOf { "ReadOnly", "WriteOnly", "ReadWrite" }
parameters.socketSignal = oneOf {
  "connected", "disconnected", "errorOccurred", "error", "stateChanged", "readyRead",
  "bytesWritten", "readChannelFinished", "aboutToClose",
}
parameters.serverSignal = oneOf { "newConnection" }
parameters.direction = oneOf { "read", "write", "both" }

parameters.kind = oneOf { "stream", "datagram", "seqpacket" }
parameters.serverKind = oneOf { "stream", "seqpacket" }
parameters.state = oneOf { "UnconnectedState", "ConnectingState", "ConnectedState", "ClosingState" }
parameters.access = oneOf { "User", "Group|User", "World", "User|Group|Other" }

-- MARK: Descriptors

---What has a descriptor, or is one.
function values.descriptor(world, generator)
  local roll = generator:below(10)
  if roll < 4 then return world:ofClass(generator, "localsocket.Descriptor") or world.file end
  if roll < 8 then return world:anyObject(generator) end
  return generator:pick { -1, 1 << 20, 1 << 40, math.mininteger, world.file }
end

---A number that is in use, or none at all, or a Descriptor.
parameters.descriptor = {
  draw = function(world, generator)
    local holder = world:ofClass(generator, "localsocket.Socket")
    if holder and generator:chance(20) then return holder:socketDescriptor() end
    return world:ofClass(generator, "localsocket.Descriptor") or generator:pick { -1, 1 << 20 }
  end,
  judge = function(value)
    if type(value) ~= "number" and type(value) ~= "userdata" then return false end
    if type(value) == "number" and not isInteger(value) then return false end
  end,
}

parameters.nameOrDescriptor = {
  draw = function(world, generator)
    local from = generator:chance(70) and parameters.name or parameters.descriptor
    return from.draw(world, generator)
  end,
  judge = function(value) return type(value) == "string" or parameters.descriptor.judge(value) end,
}

parameters.descriptors = {
  draw = function(world, generator)
    local list = {}
    for index = 1, generator:below(4) do list[index] = values.descriptor(world, generator) end
    return list
  end,
  judge = function(value) if type(value) ~= "table" then return false end end,
}

-- MARK: Options

---A list of names of which each is known.
local function listOf(names)
  local known = {}
  for _, name in ipairs(names) do known[name] = true end
  return {
    draw = function(_, generator) return { generator:pick(names) } end,
    judge = function(value)
      if type(value) ~= "table" then return false end
      for key, name in next, value do
        if type(key) ~= "number" or not known[name] then return false end
      end
      return true
    end,
  }
end

parameters.socketOptions = listOf { "AbstractNamespaceOption", "NoOptions" }
parameters.serverOptions = listOf {
  "UserAccessOption", "GroupAccessOption", "OtherAccessOption", "WorldAccessOption",
  "AbstractNamespaceOption", "NoOptions",
}

---Whether a table of options must be taken, by what its fields mean.
local function judgeFields(fields, value)
  if type(value) ~= "table" then return false end
  local verdict = true
  for key, field in next, value do
    local fits = false
    if fields[key] then fits = parameters[fields[key]].judge(field) end
    if fits == false then return false end
    if fits == nil then verdict = nil end
  end
  return verdict
end

---A table whose fields are parameters, each of which may be absent.
local function tableOf(fields, excludes)
  local names = {}
  for name in pairs(fields) do names[#names + 1] = name end
  table.sort(names)
  return {
    draw = function(world, generator)
      local drawn = {}
      for _, name in ipairs(names) do
        if generator:chance(30) then
          drawn[name] = parameters[fields[name]].draw(world, generator)
        end
      end
      return drawn
    end,
    judge = function(value)
      local verdict = judgeFields(fields, value)
      if verdict ~= false and excludes and excludes(value) then return false end
      return verdict
    end,
  }
end

parameters.ownName = {
  draw = function(world, generator)
    return generator:chance(50) and "" or generator:pick(world.names)
  end,
  judge = parameters.name.judge,
}

parameters.connectOptions =
  tableOf { timeout = "time", kind = "kind", mode = "mode", bind = "ownName",
    allowHalfOpen = "flag" }

parameters.pairOptions = tableOf { allowHalfOpen = "flag" }

parameters.listenOptions = tableOf(
  { kind = "kind", access = "access", backlog = "backlog", removeStale = "flag",
    onConnection = "handler", allowHalfOpen = "flag" },
  function(options)
    local excluded = rawget(options, "backlog") or rawget(options, "onConnection")
      or rawget(options, "allowHalfOpen") or nil
    return rawget(options, "kind") == "datagram" and excluded ~= nil
  end
)

parameters.messageOptions = tableOf { timeout = "time", to = "name", descriptors = "descriptors" }

return values
