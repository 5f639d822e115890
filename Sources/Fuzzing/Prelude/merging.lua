-- Corpora put together: of the tapes of several, those that bring something new go into one.

local host = ...
local prelude = host.prelude
local corpora, describe, failure = prelude.corpus, prelude.describe, prelude.failure
local quantities = prelude.quantities

local merging = {}

---The tapes of directories, the shortest first.
---@param directories string[]
---@return any[][]
function merging.tapes(directories)
  local list = {}
  for _, directory in ipairs(directories) do
    if not host.fileNames(directory) then
      failure.raise {
        kind = "environment", message = "there is no corpus " .. describe.bytes(directory),
      }
    end
    local _, found, broken = corpora.open(directory)
    corpora.complain(broken, directory)
    table.move(found, 1, #found, #list + 1, list)
  end
  table.sort(list, function(left, right) return #left < #right end)
  return list
end

---Plays the tapes of other directories behind those of the corpus.
---@param world World
---@param play fun(tapes: any[][])  plays tapes, and keeps what is new
function merging.run(world, play)
  local directories = {}
  for directory in host.setting("merged"):gmatch("[^\0]+") do directories[#directories + 1] = directory end
  local found = merging.tapes(directories)
  play(world.seeds)
  local before = #world.corpus.entries
  play(found)
  local count = #world.corpus.entries - before
  world.progress:event("merged", { kept = count, tapes = #found })
  if host.setting("writesJSON") then return end
  host.say(("%s: %d of %s bring something new to %s\n"):format(world.definition.name, count,
    quantities.count(#found, "tape"), world.corpus.directory))
end

return merging
