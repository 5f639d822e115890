-- One random call: which member, on what, with which arguments, and what must come of it.

local values, signatures = ...
local localsocket = require "localsocket"

local calls = {}

---A library object's class by the name in its metatable; nil for any other value.
function calls.className(value)
  local metatable = type(value) == "userdata" and debug.getmetatable(value)
  local name = metatable and metatable.__name
  return name and name:find "^localsocket%." and name or nil
end

---The names of a table's functions, in an order that does not change from run to run.
local function sortedMembers(members)
  local names = {}
  for name, value in pairs(members) do
    if type(value) == "function" then names[#names + 1] = name end
  end
  table.sort(names)
  return names
end

local membersByClass = {}

---Every method of an object's class, as the module itself has them.
local function members(object)
  local class = calls.className(object)
  membersByClass[class] = membersByClass[class]
    or sortedMembers(debug.getmetatable(object).__index)
  return membersByClass[class]
end

local functions <const> = sortedMembers(localsocket)

-- MARK: Arguments

---The parameter of a name such as "count?", and whether it may be absent.
local function parameter(text) return values.parameters[text:match "%a+"], text:find "%?$" ~= nil end

local function drawRight(world, generator, signature)
  local arguments = { n = #signature }
  for index, text in ipairs(signature) do
    local drawn, isOptional = parameter(text)
    if not (isOptional and generator:chance(30)) then
      arguments[index] = drawn.draw(world, generator)
    end
  end
  return arguments
end

local function drawAnything(world, generator)
  local arguments = { n = generator:below(5) }
  for index = 1, arguments.n do arguments[index] = values.anything(world, generator) end
  return arguments
end

local function drawArguments(world, generator, signature)
  if not signature or generator:chance(30) then return drawAnything(world, generator) end
  local arguments = drawRight(world, generator, signature)
  if arguments.n > 0 and generator:chance(15) then
    arguments[generator:below(arguments.n) + 1] = values.anything(world, generator)
  end
  return arguments
end

---Whether a call must raise (false), must not (true), or may (nil).
local function judge(signature, arguments)
  if not signature then return nil end
  local verdict = true
  for index, text in ipairs(signature) do
    local expected, isOptional = parameter(text)
    local value = arguments[index]
    if not (isOptional and value == nil) then
      local fits = expected.judge(value)
      if fits == false then return false end
      if fits == nil then verdict = nil end
    end
  end
  return verdict
end

-- MARK: Keeping out of harm's way

local takesName <const> = {
  listen = true, connect = true, removeServer = true, setServerName = true, connectToServer = true,
}

---Leaves no name that means a file outside the directory, and no descriptor that belongs to others.
local function confine(world, member, arguments)
  local first = arguments[1]
  if takesName[member] and type(first) == "string" and first ~= ""
    and first:sub(1, #world.directory) ~= world.directory and first:sub(1, 1) ~= "@" then
    arguments[1] = world.directory .. "/" .. first
  end
  local takesDescriptor = member == "listen" or member == "setSocketDescriptor"
  if takesDescriptor and type(first) == "number" and not world:holds(first) then
    arguments[1] = first >= 0 and first < 1 << 20 and -1 or first
  end
end

local pauses <const> = { sleep = true, step = true, run = true }

---Whether a member waits for as long as its first argument says.
local function waits(member)
  return member:find "^waitFor" or member == "accept" or member == "join"
    or member == "receiveMessage"
end

---Where a member takes options with a time that is half a minute when it is absent.
local takesTimedOptions <const> = { connect = true, sendMessage = true }

local function shortenOptions(arguments)
  local options = arguments[2]
  if options ~= nil and type(options) ~= "table" then return end
  local copy = {}
  for name, value in next, options or {} do copy[name] = value end
  local timeout = copy.timeout
  if timeout == nil or timeout == -1 or timeout == 1 << 30 then copy.timeout = 2 end
  arguments[2], arguments.n = copy, math.max(arguments.n, 2)
end

---Shortens what would block an actor that nobody can cancel.
local function shorten(generator, member, arguments, may)
  local mustBeShort = pauses[member] and not may.pause or waits(member) and not may.wait
  if mustBeShort and (arguments[1] == nil or type(arguments[1]) == "number") then
    arguments[1] = generator:below(3)
    arguments.n = math.max(arguments.n, 1)
  end
  if takesTimedOptions[member] then shortenOptions(arguments) end
end

-- MARK: Calling

---Whether a name that has no file shall have permissions.
local function contradicts(member, arguments)
  local name, options = arguments[1], arguments[2]
  return member == "listen" and type(name) == "string" and name:find "^@" ~= nil
    and type(options) == "table" and rawget(options, "access") ~= nil
end

---What a call of a function of the module does.
function calls.ofModule(world, generator, may)
  local member = generator:pick(functions)
  local signature = signatures.localsocket[member]
  local arguments = drawArguments(world, generator, signature)
  confine(world, member, arguments)
  shorten(generator, member, arguments, may)
  return {
    name = member, fn = localsocket[member], arguments = arguments,
    verdict = not contradicts(member, arguments) and judge(signature, arguments),
  }
end

---Whether nobody would close what is taken from here.
local function isOpenDescriptor(receiver)
  return calls.className(receiver) == "localsocket.Descriptor" and receiver:number() ~= -1
end

---What ends an object; called less often, so that others see it in all its states.
local ends <const> = {
  abort = true, close = true, disconnectFromServer = true, setSocketDescriptor = true,
  shutdown = true,
}

local function pickMember(generator, object)
  local member = generator:pick(members(object))
  return ends[member] and generator:chance(70) and generator:pick(members(object)) or member
end

---What a call of a method does, now and then on what is no object of its class.
function calls.ofMethod(world, generator, may)
  local object = world:liveObject(generator)
  if not object then return calls.ofModule(world, generator, may) end
  local class, member = calls.className(object), pickMember(generator, object)
  local signature = (signatures[class] or {})[member]
  local arguments = drawArguments(world, generator, signature)
  confine(world, member, arguments)
  shorten(generator, member, arguments, may)
  local receiver, verdict = object, judge(signature, arguments)
  if generator:chance(5) then
    receiver = values.anything(world, generator)
    if calls.className(receiver) ~= class then verdict = false end
  end
  if world:isCorpse(receiver) then verdict = false end
  if member == "take" and isOpenDescriptor(receiver) then member = "number" end
  return {
    name = class:match "%a+$" .. ":" .. member, fn = object[member],
    arguments = table.pack(receiver, table.unpack(arguments, 1, arguments.n)),
    verdict = verdict,
  }
end

return calls
