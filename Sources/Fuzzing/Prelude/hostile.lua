-- What only local sockets can be handed: descriptors of all kinds, and packets of all sizes.

local host = ...
local prelude = host.prelude
local cases, journal, options, shapes = prelude.cases, prelude.journal, prelude.options, prelude.shapes

local localsocket = host.localsocket

local Generator = prelude.generator.class

local hostile = {}

---How many descriptors one message can carry (SCM_MAX_FD of unix(7)).
local MOST = 253

---@type table<any, string>  what makes each descriptor again
local origins = setmetatable({}, { __mode = "k" })

local function opening(path)
  return function()
    local file = io.open(path, "r")
    if not file then cases.checkRoom() end
    return file, ("io.open(%q)"):format(path)
  end
end

---A socket, whose peer is there or gone.
local function socketOf(keepsPeer)
  local socket, peer = localsocket.pair("stream")
  if not socket then
    cases.checkRoom()
    return nil
  end
  if keepsPeer then cases.keep(peer) else peer:abort() end
  return socket, keepsPeer and 'localsocket.pair("stream")' or "lonely()"
end

---Descriptors of kinds that a target may not expect; those that are not there are left out.
---@type (fun(): any, string)[]
local KINDS = {
  opening("/dev/null"), opening("/dev/zero"), opening("/"), opening("/proc/self/status"),
  opening("/dev/full"), function() return socketOf(true) end, function() return socketOf(false) end,
}

---What makes a descriptor again, as Lua.
---@param descriptor any
---@return string
function hostile.origin(descriptor)
  return origins[descriptor] or 'io.open("/dev/null")'
end

---Milliseconds after which a backlog counts as full.
local FULL_AFTER = 10

local descriptorOptions = { max = "number" }

---Descriptors to be passed, as open files and sockets; none is the simplest. They are closed with the
---case.
---@param given? { max?: integer }  how many at most; 4, and now and then as many as a message takes
---@return (file*|localsocket.Socket)[]
function Generator:descriptors(given)
  local max = options.check(given, descriptorOptions, "g:descriptors").max or 4
  local list = {}
  local span = self.tape:open("descriptors")
  local count = self.tape:choose(shapes.int(0, max))
  if self.tape:choose(shapes.bool(1 / 64)) then count = MOST end
  for index = 1, count do
    -- Of very many the kind is all the same.
    local open = index <= 8 and KINDS[self.tape:choose(shapes.index(#KINDS))] or KINDS[1]
    local descriptor, origin = open()
    if descriptor then
      list[#list + 1], origins[descriptor] = cases.keep(descriptor), origin
    end
  end
  self.tape:close(span)
  return list
end

local SIZES = { 0, 1, 255, 256, 4095, 4096, 4097, 65535, 65536, 131072 }

---A packet for a socket that keeps boundaries, whose size is one where buffers end.
---@return string
function Generator:packet()
  local span = self.tape:open("packet")
  local size = SIZES[self.tape:choose(shapes.index(#SIZES))]
  local byte = self.tape:choose { kind = "bytes", min = 1, max = 1 }
  self.tape:close(span)
  return byte:rep(size)
end

local floodOptions = { max = "number", kind = "string" }

---Connects again and again to the target, without a word, until it takes no more connections; they stay
---open until the case is over.
---@param given? { max?: integer, kind?: Kind }  how many at most; 300
---@return integer count
function Generator:flood(given)
  given = options.check(given, floodOptions, "g:flood")
  local case = journal.case
  if not case or not case.server then host.misuse("g:flood needs a target{…}, or --connect NAME") end
  local span = self.tape:open("flood")
  local wanted, count = self.tape:choose(shapes.int(0, given.max or 300)), 0
  while count < wanted do
    local socket = prelude.servers.dial(case.server, { kind = given.kind, timeout = FULL_AFTER })
    if not socket then
      cases.checkRoom()
      break
    end
    cases.keep(socket)
    count = count + 1
  end
  self.tape:close(span)
  journal.flooded(count, given.kind)
  return count
end

return hostile
