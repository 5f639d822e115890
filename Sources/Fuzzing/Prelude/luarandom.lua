-- `math.random` in the body of a case: its seed is a choice of the tape, so that what was found comes
-- back wherever that tape is played again.

local host = ...
local prelude = host.prelude
local journal = prelude.journal

local luarandom = {}

local function fresh(random) return random:bits() end

---@type Shape
local SEED = {
  kind = "int", low = math.mininteger, high = math.maxinteger, toward = 0, random = fresh,
}

---Takes the place of Lua's functions.
function luarandom.install()
  -- The first seed ends that the runner looks out for it.
  math.randomseed(0)
  local random, randomseed, isSeeded = math.random, math.randomseed, false

  local function playing()
    local case = journal.case
    return case and not case.isOver and case
  end

  -- A case that never asks has no such choice.
  local function seed(case)
    case.isSeeded = true
    return randomseed(case.tape:choose(SEED))
  end

  function math.random(...)
    local case = playing()
    if case then
      if not case.isSeeded then seed(case) end
    elseif not isSeeded then
      math.randomseed(host.seed())
    end
    return random(...)
  end

  function math.randomseed(...)
    local case = playing()
    -- Without an argument Lua takes the time.
    if case and select("#", ...) == 0 then return seed(case) end
    if case then case.isSeeded = true else isSeeded = true end
    return randomseed(...)
  end
end

return luarandom
