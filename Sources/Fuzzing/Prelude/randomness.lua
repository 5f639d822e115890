-- Random numbers: SplitMix64, which has a stream of its own for each case, so that the case of any
-- number can be made without those before it, and that no script can disturb.

local randomness = {}

local STEP <const> = 0x9E3779B97F4A7C15

---@param z integer
---@return integer  all of whose bits depend on all bits of z
local function mix(z)
  z = (z ~ (z >> 30)) * 0xBF58476D1CE4E5B9
  z = (z ~ (z >> 27)) * 0x94D049BB133111EB
  return z ~ (z >> 31)
end

---The seed of one case.
---@param seed integer  of the campaign
---@param number integer  of the case
---@return integer
function randomness.seedOf(seed, number)
  return mix(mix(seed + STEP) + number * STEP)
end

---The seed of something that has a name.
---@param seed integer
---@param text string
---@return integer
function randomness.seedOfText(seed, text)
  for index = 1, #text do seed = mix(seed + STEP + text:byte(index)) end
  return seed
end

---@class Random
---@field package state integer
local Random = {}
Random.__index = Random

---@param seed integer
---@return Random
function randomness.new(seed)
  return setmetatable({ state = seed }, Random)
end

---64 random bits.
---@return integer
function Random:bits()
  local state = self.state + STEP
  self.state = state
  local z = (state ~ (state >> 30)) * 0xBF58476D1CE4E5B9
  z = (z ~ (z >> 27)) * 0x94D049BB133111EB
  return z ~ (z >> 31)
end

-- Several draws come with every case, so that the next two do what `bits` does by themselves.

---An integer of a range, which may be all integers.
---@param low integer
---@param high integer
---@return integer
function Random:integer(low, high)
  local count = high - low + 1
  if count > 0 then
    local z = self.state + STEP
    self.state = z
    z = (z ~ (z >> 30)) * 0xBF58476D1CE4E5B9
    z = (z ~ (z >> 27)) * 0x94D049BB133111EB
    return low + ((z ~ (z >> 31)) >> 1) % count
  end
  -- More than half of all integers: no remainder can be taken, but a miss is unlikely.
  while true do
    local value = self:bits()
    if value >= low and value <= high then return value end
  end
end

---Whether something of this probability happens.
---@param probability number
---@return boolean
function Random:chance(probability)
  local z = self.state + STEP
  self.state = z
  z = (z ~ (z >> 30)) * 0xBF58476D1CE4E5B9
  z = (z ~ (z >> 27)) * 0x94D049BB133111EB
  return ((z ~ (z >> 31)) >> 11) * 0x1p-53 < probability
end

---A number from 0 up to 1.
---@return number
function Random:fraction()
  return (self:bits() >> 11) * 0x1p-53
end

return randomness
