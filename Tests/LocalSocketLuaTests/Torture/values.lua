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

parameters.flag = {
  draw = function(_, generator) return generator:chance(50) end,
  judge = function(value) if type(value) == "boolean" then return true end end,
}

parameters.count = {
  draw = function(_, generator) return generator:below(generator:chance(10) and 1 << 17 or 40) end,
  judge = function(value)
    if not isInteger(value) or value < 0 then return false end
    return true
  end,
}

---A small number of connections.
parameters.limit = {
  draw = function(_, generator) return generator:below(4) end,
  judge = function(value)
    if not isInteger(value) then return false end
    if value >= 0 and value < 1 << 31 then return true end
  end,
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

---What is drawn from a list, without a word on what else would be right.
local function anyOf(list)
  return {
    draw = function(_, generator) return generator:pick(list) end,
    judge = function() end,
  }
end

parameters.kind = anyOf { "stream", "stream", "datagram", "seqpacket" }
parameters.descriptor = anyOf { -1, 1 << 20, 1 << 40, math.mininteger }
parameters.socketOptions = anyOf { {}, { "AbstractNamespaceOption" }, { "UserAccessOption" } }

parameters.connectOptions = {
  draw = function(_, generator)
    return {
      timeout = generator:below(3),
      mode = generator:chance(30) and generator:pick { "ReadOnly", "WriteOnly" } or nil,
    }
  end,
  judge = function(value) if type(value) ~= "table" then return false end end,
}

parameters.listenOptions = {
  draw = function(world, generator)
    return {
      backlog = generator:chance(50) and generator:below(3) or nil,
      onConnection = generator:chance(30) and world:handler(generator) or nil,
    }
  end,
  judge = parameters.connectOptions.judge,
}

parameters.messageOptions = {
  draw = function(world, generator)
    return {
      timeout = generator:below(3),
      to = generator:chance(50) and generator:pick(world.names) or nil,
      descriptors = generator:chance(50) and { world:anyObject(generator), io.stdout } or nil,
    }
  end,
  judge = parameters.connectOptions.judge,
}

return values
