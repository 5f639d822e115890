-- Random calls of everything that the module has, in random states and places, beside connections
-- whose bytes are checked. Each seed is a case of its own; the same seed makes the same choices.
--
--   TORTURE_STEPS   how many calls a seed makes
--   TORTURE_SEEDS   the seeds, with blanks between
--   TORTURE_TRACE   the file that each call is written to before it is made
--   TORTURE_REPORT  the file that findings are added to, for a run whose output nobody sees

local harness = ...
local localsocket = harness.localsocket

-- A full collection at every native call takes several times as long.
local usualSteps <const> = os.getenv "LSL_FULLGC" and 500 or 2000
local steps <const> = tonumber(os.getenv "TORTURE_STEPS" or usualSteps)
local seeds <const> = os.getenv "TORTURE_SEEDS" or "1 2 3"
---How many calls a world sees before everything in it must be gone again.
local stepsOfWorld <const> = 2000
local actorCount <const> = 6

local folder <const> = debug.getinfo(1, "S").source:match "^@(.*)/" or "."

local function part(name, ...) return assert(loadfile(("%s/%s.lua"):format(folder, name), "t"))(...) end

local Generator = part "generator"
local values, signatures = part "values", part "signatures"
local calls = part("calls", values, signatures)
local World = part("world", values, calls, part("supply", calls))
local openDescriptors = part "descriptors"

-- MARK: One world

local function keepActors(world, actors)
  for index = 1, actorCount do
    local actor = actors[index]
    if not actor or World.haveEnded { actor } then
      actors[index] = world:spawnActor()
    elseif world.generator:chance(2) then
      actor:cancel()
    end
  end
end

---Makes calls until there were enough.
local function live(world, actors, count)
  while world.calls < count and #world.findings == 0 do
    keepActors(world, actors)
    world:act(world.generator, 4, World.brief)
    world:turn(world.generator:chance(10) and 1 or 0)
    if world.generator:chance(3) then collectgarbage() end
  end
end

---Waits for the streams, which end with their conversations.
local function joinStreams(world, streams)
  world.isEnding = true
  local last = localsocket.now() + 60000
  while not World.haveEnded(streams) and localsocket.now() < last do world:turn(10) end
  if not World.haveEnded(streams) then world:find "a stream is stuck" end
end

local function report(world)
  if #world.findings == 0 then return end
  local text = table.concat(world.findings, "\n") .. "\nthe last calls were\n" .. world:lastCalls()
  local path = os.getenv "TORTURE_REPORT"
  if path then assert(io.open(path, "a")):write(text, "\n"):close() end
  error(text, 0)
end

---A world from its beginning to its end; gives how many calls there were.
local function passWorld(generator, directory, count)
  local world = World.new(generator, directory)
  local starts <const> = { part("streams", world), part("messages", world) }
  local streams, actors = {}, {}
  for index = 1, 4 do streams[index] = starts[index % 2 + 1](generator:fork()) end
  live(world, actors, count)
  joinStreams(world, streams)
  world:finish(actors)
  report(world)
  return world.calls
end

-- MARK: All seeds

local function torture(seed)
  local directory = harness.path()
  assert(os.execute("mkdir " .. directory))
  local generator = Generator.new(seed)
  local listing = directory .. "/open"
  local descriptors, done = openDescriptors(listing), 0
  while done < steps do
    done = done + passWorld(generator, directory, math.min(stepsOfWorld, steps - done))
    os.execute("rm -rf " .. directory .. "/*")
    harness.same(openDescriptors(listing), descriptors, "open descriptors")
  end
  os.execute("rmdir " .. directory)
end

harness.test("counting what is open makes no pipe, whose far end may stay open for a moment", function()
  local path, popen = harness.path(), io.popen
  io.popen = function(command) error("a pipe was made for " .. command) end
  local fine, counted = pcall(openDescriptors, path)
  io.popen = popen
  harness.same(fine, true, counted)
  local file <close> = assert(io.open("/dev/zero"))
  harness.same(select(2, openDescriptors(path):gsub("/dev/zero\n", "")),
    select(2, counted:gsub("/dev/zero\n", "")) + 1, "files of zeros")
end)

for seed in seeds:gmatch "%-?%d+" do
  harness.test(("%d random calls from seed %s do no harm"):format(steps, seed), function()
    torture(tonumber(seed))
  end)
end
