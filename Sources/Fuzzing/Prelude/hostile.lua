-- What only local sockets can be handed: descriptors of all kinds, and packets of all sizes.

local host = ...
local prelude = host.prelude
local cases, options, shapes = prelude.cases, prelude.options, prelude.shapes

local Generator = prelude.generator.class

---How many descriptors one message can carry (SCM_MAX_FD of unix(7)).
local MOST = 253

---Files of kinds that a target may not expect; those that are not there are left out.
local PATHS = { "/dev/null", "/dev/zero", "/", "/proc/self/status", "/dev/full" }

local descriptorOptions = { max = "number" }

---Descriptors to be passed, as open files; none is the simplest. They are closed with the case.
---@param given? { max?: integer }  how many at most; 4, and now and then as many as a message takes
---@return file*[]
function Generator:descriptors(given)
  local max = options.check(given, descriptorOptions, "g:descriptors").max or 4
  local files = {}
  local span = self.tape:open("descriptors")
  local count = self.tape:choose(shapes.int(0, max))
  if self.tape:choose(shapes.bool(1 / 64)) then count = MOST end
  for index = 1, count do
    -- Of very many the kind is all the same.
    local path = index <= 8 and PATHS[self.tape:choose(shapes.index(#PATHS))] or PATHS[1]
    local file, _, code = io.open(path, "r")
    cases.checkRoom(code)
    files[#files + 1] = file and cases.keepFile(file)
  end
  self.tape:close(span)
  return files
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
