-- Random numbers that a seed decides (splitmix64). Every actor draws from a generator of its own, so
-- that what one of them does more or less often does not change what the others draw.

local Generator = {}
Generator.__index = Generator

function Generator.new(seed) return setmetatable({ state = seed }, Generator) end

---Any 64 bits.
function Generator:next()
  self.state = self.state + 0x9E3779B97F4A7C15
  local bits = self.state
  bits = (bits ~ (bits >> 30)) * 0xBF58476D1CE4E5B9
  bits = (bits ~ (bits >> 27)) * 0x94D049BB133111EB
  return bits ~ (bits >> 31)
end

---An integer from 0 to count - 1.
function Generator:below(count) return (self:next() >> 1) % count end

---True so many times in a hundred.
function Generator:chance(percent) return self:below(100) < percent end

---An element of a list that is not empty.
function Generator:pick(list) return list[self:below(#list) + 1] end

---A generator that goes its own way from here on.
function Generator:fork() return Generator.new(self:next()) end

return Generator
