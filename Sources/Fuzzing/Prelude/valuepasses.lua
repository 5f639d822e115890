-- The passes of the shrinker that make choices simpler one by one, or a few that belong together.

local host = ...
local prelude = host.prelude
local shapes, shrinking = prelude.shapes, prelude.shrinking

local findInteger = shrinking.findInteger

local passes = {}

---Tries one value in place of another.
local function tryAt(shrinker, index, value)
  if index > shrinker.best.count or value == shrinker.best.values[index] then return false end
  if not shapes.allows(shrinker.best.shapes[index], value) then return false end
  return (shrinker:try(shrinker:replaced(index, index, { value })))
end

-- Numbers

---Finds the least distance from the simplest value that will do.
---@param distance integer
---@param try fun(distance: integer): boolean
local function lowerDistance(distance, try)
  if distance == 0 or try(0) then return end
  if distance == 1 or try(1) then return end
  local current = distance
  local function attempt(candidate)
    if candidate <= 0 or candidate >= current then return false end
    if not try(candidate) then return false end
    current = candidate
    return true
  end
  local start = current
  findInteger(function(count) return count < 63 and attempt(start >> count) end)
  start = current
  findInteger(function(count) return count < start and attempt(start - count) end)
end

local function lowerInt(shrinker, index)
  local shape, value = shrinker.best.shapes[index], shrinker.best.values[index]
  local toward = shape.toward
  local distance = math.abs(value - toward)
  if distance < 0 then distance = math.maxinteger end
  local sign = value < toward and -1 or 1
  if sign < 0 then tryAt(shrinker, index, toward + distance) end
  if index > shrinker.best.count then return end
  if shrinker.best.values[index] ~= value then sign = 1 end
  lowerDistance(distance, function(candidate)
    return tryAt(shrinker, index, toward + sign * candidate)
  end)
end

local function lowerFloat(shrinker, index)
  local shape, value = shrinker.best.shapes[index], shrinker.best.values[index]
  for _, candidate in ipairs { shape.toward, 0.0, 1.0, -1.0 } do
    if tryAt(shrinker, index, candidate) then return end
  end
  if value ~= value or math.abs(value) > 0x1p53 then return end
  local whole = math.tointeger(value < 0 and -(-value // 1) or value // 1)
  if not whole then return end
  if value % 1 ~= 0 and not tryAt(shrinker, index, whole + 0.0) then return end
  local sign = whole < 0 and -1 or 1
  lowerDistance(math.abs(whole), function(candidate)
    return tryAt(shrinker, index, sign * candidate + 0.0)
  end)
end

-- Strings

local function elementsOf(shape, text)
  local elements = {}
  for element in text:gmatch(shape.kind == "text" and utf8.charpattern or ".") do
    elements[#elements + 1] = element
  end
  return elements
end

local function elementsOfBytes(text)
  local elements = {}
  for index = 1, #text do elements[index] = text:sub(index, index) end
  return elements
end

---Deletes what can go, from the back.
local function shorten(try, elements)
  local position = #elements
  while position >= 1 do
    local list = elements
    local count = findInteger(function(count)
      if count > position then return false end
      local kept = table.move(list, 1, position - count, 1, {})
      table.move(list, position + 1, #list, #kept + 1, kept)
      if not try(table.concat(kept)) then return false end
      elements = kept
      return true
    end)
    position = position - math.max(count, 1)
  end
  return elements
end

local function lowerElements(shape, try, elements)
  for position = 1, #elements do
    local kept = elements[position]
    -- What is not one byte has no order that would be worth a search.
    local distance = #kept == 1 and shapes.distanceOf(shape, kept) or 1
    lowerDistance(distance, function(candidate)
      elements[position] = shapes.byteAt(shape, candidate)
      if try(table.concat(elements)) then
        kept = elements[position]
        return true
      end
      elements[position] = kept
      return false
    end)
  end
end

---Each byte that is not the simplest in all of its places at once.
local function lowerSame(try, elements, simplest)
  local seen = {}
  for _, element in ipairs(elements) do
    if element ~= simplest and not seen[element] then
      seen[element] = true
      local changed = {}
      for index, other in ipairs(elements) do
        changed[index] = other == element and simplest or other
      end
      if try(table.concat(changed)) then elements = changed end
    end
  end
  return elements
end

local function lowerString(shrinker, index)
  local shape, value = shrinker.best.shapes[index], shrinker.best.values[index]
  local simplest = shapes.simplestByte(shape)
  local function try(text) return tryAt(shrinker, index, text) end
  if try(simplest:rep(shape.min)) then return end
  local elements = shape.kind == "text" and elementsOf(shape, value) or elementsOfBytes(value)
  if try(simplest:rep(#elements)) then
    elements = elementsOfBytes(simplest:rep(#elements))
    -- Only the length matters.
    local length = #elements
    lowerDistance(length - shape.min, function(distance)
      return try(simplest:rep(shape.min + distance))
    end)
    return
  end
  elements = shorten(try, elements)
  elements = lowerSame(try, elements, simplest)
  lowerElements(shape, try, elements)
end

local lowering = {
  int = lowerInt, float = lowerFloat, bytes = lowerString, text = lowerString,
  bool = function(shrinker, index)
    if shrinker.best.values[index] then tryAt(shrinker, index, false) end
  end,
}

---Makes each choice simpler by itself.
---@param shrinker Shrinker
function passes.lowerEach(shrinker)
  local index = 1
  while index <= shrinker.best.count do
    local tape = shrinker.best
    if shapes.compare(tape.shapes[index], shapes.simplest(tape.shapes[index]), tape.values[index]) ~= 0
    then
      lowering[tape.shapes[index].kind](shrinker, index)
    end
    index = index + 1
  end
end

---The places of the values that occur more than once.
local function duplicates(tape)
  local places, groups = {}, {}
  for index = 1, tape.count do
    local shape, value = tape.shapes[index], tape.values[index]
    if shape.kind ~= "bool" and not shape.isEven and value ~= shapes.simplest(shape) then
      local group = places[value]
      if not group then
        group = {}
        places[value], groups[#groups + 1] = group, group
      end
      group[#group + 1] = index
    end
  end
  return groups
end

---Makes values simpler that have to stay the same.
---@param shrinker Shrinker
function passes.lowerDuplicates(shrinker)
  for _, group in ipairs(duplicates(shrinker.best)) do
    if #group > 1 then
      local tape = shrinker.best
      if group[#group] > tape.count then return end
      local function try(value)
        local values = table.move(shrinker.best.values, 1, shrinker.best.count, 1, {})
        for _, index in ipairs(group) do values[index] = value end
        return (shrinker:try(values))
      end
      local first = group[1]
      local shape, value = tape.shapes[first], tape.values[first]
      local isDone = try(shapes.simplest(shape))
      if not isDone and shape.kind == "int" and value > shape.toward then
        lowerDistance(value - shape.toward, function(distance)
          return try(shape.toward + distance)
        end)
      end
      if not isDone and type(value) == "string" then shorten(try, elementsOfBytes(value)) end
    end
  end
end

local function pairsOfIntegers(shrinker, visit)
  local first = 1
  while first <= shrinker.best.count do
    for second = first + 1, math.min(first + 4, shrinker.best.count) do
      local tape = shrinker.best
      local one, other = tape.shapes[first], tape.shapes[second]
      if one and other and one.kind == "int" and other.kind == "int" and not one.isEven
        and not other.isEven then
        visit(first, second)
      end
    end
    first = first + 1
  end
end

local function shifted(shrinker, first, second, down, up)
  local tape = shrinker.best
  if second > tape.count then return false end
  local values = table.move(tape.values, 1, tape.count, 1, {})
  if math.type(values[first]) ~= "integer" or math.type(values[second]) ~= "integer" then
    return false
  end
  values[first], values[second] = values[first] - down, values[second] + up
  if not shapes.allows(tape.shapes[first], values[first])
    or not shapes.allows(tape.shapes[second], values[second]) then
    return false
  end
  return (shrinker:try(values))
end

---Moves from one number to the next, where only the sum matters.
---@param shrinker Shrinker
function passes.redistribute(shrinker)
  pairsOfIntegers(shrinker, function(first, second)
    local value, toward = shrinker.best.values[first], shrinker.best.shapes[first].toward
    if value <= toward then return end
    if not shifted(shrinker, first, second, value - toward, value - toward) then
      findInteger(function(count)
        return count < value - toward and shifted(shrinker, first, second, 1, 1)
      end)
    end
  end)
end

---Lowers two numbers together, where only the difference matters.
---@param shrinker Shrinker
function passes.lowerTogether(shrinker)
  pairsOfIntegers(shrinker, function(first, second)
    local tape = shrinker.best
    local room = math.min(tape.values[first] - tape.shapes[first].toward,
      tape.values[second] - tape.shapes[second].toward)
    if room <= 0 then return end
    if not shifted(shrinker, first, second, room, -room) then
      findInteger(function(count) return count < room and shifted(shrinker, first, second, 1, -1) end)
    end
  end)
end

---Lowers a number that says how many choices follow, and takes one of them away.
---@param shrinker Shrinker
function passes.repairSizes(shrinker)
  local index = 1
  while index <= shrinker.best.count do
    local tape = shrinker.best
    local shape, value = tape.shapes[index], tape.values[index]
    if shape.kind == "int" and not shape.isEven and value > shape.toward
      and value - shape.toward <= tape.count then
      local lowered = shrinker:replaced(index, index, { value - 1 })
      for span = #tape.labels, 1, -1 do
        if shrinker.best ~= tape then break end
        if tape.first[span] > index and tape.last[span] >= tape.first[span] then
          shrinker:try(shrinker:replaced(tape.first[span], tape.last[span], nil, lowered))
        end
      end
      for later = index + 1, math.min(index + 8, tape.count) do
        if shrinker.best ~= tape then break end
        shrinker:try(shrinker:replaced(later, later, nil, lowered))
      end
    end
    index = index + 1
  end
end

return passes
