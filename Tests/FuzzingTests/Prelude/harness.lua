-- Loads the prelude of fuzzing over that of the scenario language, against the same fake host.

local here = debug.getinfo(1, "S").source:match("^@(.*/)") or "./"
local harness = dofile(here .. "../../ScenarioTests/Prelude/harness.lua")
local sources = here .. "../../../Sources/Fuzzing/Prelude/"

local load_ = harness.load

local function source(name)
  local file = io.open(sources .. name .. ".lua", "rb")
  if not file then return nil end
  local text = file:read("a")
  file:close()
  return text
end

---@return FakeHost host
function harness.load()
  local host = load_()
  local chunks = getmetatable(host.prelude)
  local others = chunks.__index
  function chunks.__index(prelude, name)
    local text = source(name)
    if not text then return others(prelude, name) end
    local chunk = assert(load(text, "=[parley]/" .. name, "t"))(host) or true
    rawset(prelude, name, chunk)
    return chunk
  end
  return host
end

---Gives the host files.
---@param host FakeHost
---@return string directory  that is not there yet
function harness.directory(host)
  local directory = os.tmpname()
  os.remove(directory)
  function host.makeDirectories(path) os.execute(("mkdir -p '%s'"):format(path)) end
  function host.fileNames(path)
    local pipe = io.popen(("ls -1 '%s' 2>/dev/null && echo ."):format(path))
    local names = {}
    for line in pipe:lines() do names[#names + 1] = line end
    pipe:close()
    return table.remove(names) == "." and names or nil
  end
  return directory
end

---A case of a generator's function, as the shrinker and campaigns play it.
---@param host FakeHost
---@param body fun(g: Generator)
---@return fun(tape: Tape): string outcome, any problem
function harness.player(host, body)
  local generators, tapes = host.prelude.generator, host.prelude.tape
  return function(tape)
    local g = generators.new(tape)
    local fine, problem = pcall(body, g)
    tape:finish()
    if fine then return "passed" end
    if problem == generators.REJECTED then return "rejected" end
    return "failed", problem
  end
end

---The first tape of fresh values that fails, made as small as it can be.
---@param host FakeHost
---@param body fun(g: Generator)
---@param seed? integer
---@return Tape
---@return Shrinker
function harness.shrunk(host, body, seed)
  local tapes, randomness = host.prelude.tape, host.prelude.randomness
  local play = harness.player(host, body)
  for number = 1, 20000 do
    local tape = tapes.fresh(randomness.seedOf(seed or 1, number))
    if play(tape) == "failed" then
      return host.prelude.shrinking.shrink(tape, function(values)
        local candidate = tapes.replay(values)
        return play(candidate) == "failed", candidate
      end)
    end
  end
  error("no case fails", 2)
end

return harness
