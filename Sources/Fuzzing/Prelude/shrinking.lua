-- A failing tape, made as small as it can be: fewer choices first, then simpler ones.
--
-- A candidate counts only when the case that it plays fails in the same way. Each pass proposes
-- candidates of one kind; passes are repeated until none of them finds a smaller tape.

local host = ...
local prelude = host.prelude
local shapes, tapes = prelude.shapes, prelude.tape

local shrinking = {}

---@class Shrinker
---@field best Tape  the smallest that fails
---@field runs integer  cases that were played
---@field adoptions integer
---@field random Random
---@field package play fun(values: any[]): boolean, Tape  whether the case fails in the same way, and
---  what was chosen
---@field package known table<string, boolean>  candidates that were played
---@field package limits ShrinkLimits
---@field package since integer  runs since the last smaller one
---@field package gap integer  the most runs that ever lay before a smaller one
local Shrinker = {}
Shrinker.__index = Shrinker

---@class ShrinkLimits
---@field runs? integer
---@field patience? integer  runs without a smaller tape before it is enough
---@field isOver? fun(): boolean

---Raised when a limit is reached.
local ENOUGH = {}

local ranks = { bool = 1, int = 2, float = 3, text = 4, bytes = 5 }

---Which of two tapes is simpler: below 0 the left one.
---@param left Tape
---@param right Tape
---@return integer
function shrinking.compare(left, right)
  if left.count ~= right.count then return left.count < right.count and -1 or 1 end
  for index = 1, left.count do
    local one, other = left.shapes[index], right.shapes[index]
    if one.kind ~= other.kind then return ranks[one.kind] < ranks[other.kind] and -1 or 1 end
    local order = shapes.compare(one, left.values[index], right.values[index])
    if order ~= 0 then return order end
  end
  return 0
end

---Whether a candidate cannot be simpler, so that it need not be played.
local function isNoSimpler(best, values)
  if #values ~= best.count then return #values > best.count end
  for index = 1, #values do
    local value, old, shape = values[index], best.values[index], best.shapes[index]
    if value ~= old then
      return shapes.allows(shape, value) and shapes.compare(shape, value, old) > 0
    end
  end
  return true
end

local function count(self)
  self.runs, self.since = self.runs + 1, self.since + 1
  local limits = self.limits
  if self.runs > limits.runs or self.since > math.max(limits.patience, 2 * self.gap)
    or limits.isOver and limits.isOver() then
    error(ENOUGH, 0)
  end
end

---Plays a candidate, and keeps it if it fails and is simpler.
---@param values any[]
---@return boolean adopted
---@return Tape? realised  what was chosen; nil if it was not played
function Shrinker:try(values)
  if isNoSimpler(self.best, values) then return false end
  local key = tapes.encode(values)
  if self.known[key] then return false end
  self.known[key] = true
  count(self)
  local fails, realised = self.play(values)
  if not fails then return false, realised end
  self.known[tapes.encode(realised.values)] = true
  if shrinking.compare(realised, self.best) >= 0 then return false, realised end
  self.gap, self.since = math.max(self.gap, self.since), 0
  self.best, self.adoptions = realised, self.adoptions + 1
  return true, realised
end

---The best tape's values with others in place of some.
---@param first integer
---@param last integer
---@param with? any[]
---@param values? any[]
---@return any[]
function Shrinker:replaced(first, last, with, values)
  values = values or self.best.values
  local result = table.move(values, 1, first - 1, 1, {})
  for index = 1, with and #with or 0 do result[#result + 1] = with[index] end
  return table.move(values, last + 1, #values, #result + 1, result)
end

---The greatest number for which something holds, if it holds for all below it: few questions where
---the number is small, and few where it is great.
---@param holds fun(number: integer): boolean
---@return integer
function shrinking.findInteger(holds)
  for number = 1, 4 do
    if not holds(number) then return number - 1 end
  end
  local low, high = 4, 5
  while holds(high) do low, high = high, high * 2 end
  while low + 1 < high do
    local middle = (low + high) // 2
    if holds(middle) then low = middle else high = middle end
  end
  return low
end

local function passes()
  local structure, values = prelude.structurepasses, prelude.valuepasses
  return {
    structure.deleteSpans, structure.lowerBranches, structure.zeroSpans, structure.deleteRuns,
    structure.hoist, values.lowerDuplicates, values.lowerEach, values.redistribute,
    values.repairSizes, values.lowerTogether, structure.sortSiblings,
  }
end

local function rounds(self)
  local order = passes()
  repeat
    local before, useful, useless = self.best, {}, {}
    for _, pass in ipairs(order) do
      local start = self.best
      pass(self)
      local list = self.best ~= start and useful or useless
      list[#list + 1] = pass
    end
    -- What helped comes first.
    order = table.move(useless, 1, #useless, #useful + 1, useful)
  until self.best == before
end

---Makes a tape that fails smaller.
---@param tape Tape
---@param play fun(values: any[]): boolean, Tape
---@param limits? ShrinkLimits
---@return Tape smallest
---@return Shrinker
function shrinking.shrink(tape, play, limits)
  limits = limits or {}
  local self = setmetatable({
    best = tape, runs = 0, adoptions = 0, play = play, since = 0, gap = 0,
    known = { [tapes.encode(tape.values)] = true }, random = prelude.randomness.new(tape.count),
    limits = {
      runs = limits.runs or 2000, patience = limits.patience or 200, isOver = limits.isOver,
    },
  }, Shrinker)
  local fine, problem = pcall(rounds, self)
  if not fine and problem ~= ENOUGH then error(problem, 0) end
  return self.best, self
end

---Which choices may have any value: the case fails with others in their place, too.
---@param tape Tape  that fails
---@param play fun(values: any[]): boolean, Tape
---@param attempts? integer  how many other values are tried for each
---@param isOver? fun(): boolean  whether nothing is to be tried any more
---@return table<integer, boolean>
function shrinking.explain(tape, play, attempts, isOver)
  local random, free = prelude.randomness.new(tape.count + 1), {}
  for index = 1, tape.count do
    if isOver and isOver() then break end
    local shape = tape.shapes[index]
    if shape.kind ~= "bool" and not shape.isEven and not shape.weights then
      local isFree, tried = true, 0
      for _ = 1, 4 * (attempts or 3) do
        local other = shapes.draw(shape, random)
        if other ~= tape.values[index] and tried < (attempts or 3) then
          tried = tried + 1
          local values = table.move(tape.values, 1, tape.count, 1, {})
          values[index] = other
          if not play(values) then
            isFree = false
            break
          end
        end
      end
      free[index] = isFree and tried > 0 or nil
    end
  end
  return free
end

return shrinking
