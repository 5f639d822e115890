-- The passes of the shrinker that change which choices there are.

local host = ...
local prelude = host.prelude
local shapes, shrinking = prelude.shapes, prelude.shrinking

local findInteger = shrinking.findInteger

local passes = {}

---The span and those before it with the same parent, up to `limit` of them.
local function siblingsBefore(tape, span, limit)
  local siblings, parent = { span }, tape.parents[span]
  for other = span - 1, 1, -1 do
    if other == parent or #siblings == limit then break end
    if tape.parents[other] == parent then siblings[#siblings + 1] = other end
  end
  return siblings
end

---Spans that are always there: without them the rest only falls into the wrong places.
local mandatory = { write = true, ending = true, lie = true, swarm = true }

local function isEmpty(tape, span)
  return tape.last[span] < tape.first[span]
end

---Deletes spans, and with one that can go as many before it as can.
---@param shrinker Shrinker
function passes.deleteSpans(shrinker)
  local span = #shrinker.best.labels
  while span >= 1 do
    local tape = shrinker.best
    span = math.min(span, #tape.labels)
    if span < 1 then return end
    if not isEmpty(tape, span) and not mandatory[tape.labels[span]] then
      local siblings, values = siblingsBefore(tape, span, 64), tape.values
      findInteger(function(count)
        if count > #siblings then return false end
        local first, last = tape.first[siblings[count]], tape.last[span]
        return (shrinker:try(shrinker:replaced(first, last, nil, values)))
      end)
    end
    span = span - 1
  end
end

---Chooses an earlier way of few, and the simplest of all that follows from it.
---@param shrinker Shrinker
function passes.lowerBranches(shrinker)
  local index = 1
  while index <= shrinker.best.count do
    local tape = shrinker.best
    local shape, value = tape.shapes[index], tape.values[index]
    if shape.kind == "int" and shape.high - shape.low < 32 and shape.high > shape.low then
      for lower = shape.low, value - 1 do
        local values = shrinker:replaced(index, index, { lower }, tape.values)
        local adopted, realised = shrinker:try(values)
        if adopted then break end
        -- The rest may not fit what the other way asks for.
        if realised and realised.misaligned then
          local rest = table.move(realised.values, 1, realised.misaligned, 1, {})
          local from = math.max(realised.misaligned, index + 1)
          for skip = 0, 3 do
            local joined = table.move(tape.values, from + skip, tape.count, #rest + 1,
              table.move(rest, 1, #rest, 1, {}))
            if shrinker:try(joined) then break end
          end
          if shrinker.best ~= tape then break end
        end
      end
    end
    index = index + 1
  end
end

local function simplestOf(tape, first, last)
  local values = {}
  for index = first, last do values[#values + 1] = shapes.simplest(tape.shapes[index]) end
  return values
end

---Makes every choice of a span the simplest.
---@param shrinker Shrinker
function passes.zeroSpans(shrinker)
  local span = 1
  while span <= #shrinker.best.labels do
    local tape = shrinker.best
    local first, last = tape.first[span], tape.last[span]
    if first <= last then
      local adopted, realised =
        shrinker:try(shrinker:replaced(first, last, simplestOf(tape, first, last)))
      if not adopted and realised and realised.last[span] and realised.first[span] == first then
        -- What the simplest span really takes, and then the old rest.
        local taken = table.move(realised.values, first, realised.last[span], 1, {})
        shrinker:try(shrinker:replaced(first, last, taken))
      end
    end
    span = span + 1
  end
end

---Deletes up to three choices at any place, and then as many more of them as can go; what goes
---together mostly is a span.
---@param shrinker Shrinker
function passes.deleteRuns(shrinker)
  for length = 3, 1, -1 do
    local index = shrinker.best.count - length + 1
    while index >= 1 do
      local tape = shrinker.best
      index = math.min(index, tape.count - length + 1)
      if index < 1 then break end
      if shrinker:try(shrinker:replaced(index, index + length - 1)) then
        local values, best = shrinker.best.values, shrinker.best.count
        findInteger(function(count)
          local last = index - 1
          local first = last - count * length + 1
          if first < 1 or last > best then return false end
          return (shrinker:try(shrinker:replaced(first, last, nil, values)))
        end)
      end
      index = index - 1
    end
  end
end

---Puts a span in place of one of the same name around it.
---@param shrinker Shrinker
function passes.hoist(shrinker)
  local span = 1
  while span <= #shrinker.best.labels do
    local tape = shrinker.best
    local outer = tape.parents[span]
    while outer ~= 0 and tape.labels[outer] ~= tape.labels[span] do outer = tape.parents[outer] end
    if outer ~= 0 and not isEmpty(tape, span) then
      local inner = table.move(tape.values, tape.first[span], tape.last[span], 1, {})
      shrinker:try(shrinker:replaced(tape.first[outer], tape.last[outer], inner))
    end
    span = span + 1
  end
end

---Which of two spans is simpler.
local function precedes(tape, left, right)
  local one, other = tape.last[left] - tape.first[left], tape.last[right] - tape.first[right]
  if one ~= other then return one < other end
  for offset = 0, one do
    local here, there = tape.first[left] + offset, tape.first[right] + offset
    local shape, otherShape = tape.shapes[here], tape.shapes[there]
    if shape.kind ~= otherShape.kind then return false end
    local order = shapes.compare(shape, tape.values[here], tape.values[there])
    if order ~= 0 then return order < 0 end
  end
  return false
end

---Brings neighbours of the same name into order.
---@param shrinker Shrinker
function passes.sortSiblings(shrinker)
  local span = 2
  while span <= #shrinker.best.labels do
    local tape = shrinker.best
    local before = siblingsBefore(tape, span, 2)[2]
    if before and tape.labels[before] == tape.labels[span]
      and tape.last[before] + 1 == tape.first[span] and precedes(tape, span, before) then
      local swapped = table.move(tape.values, tape.first[span], tape.last[span], 1, {})
      table.move(tape.values, tape.first[before], tape.last[before], #swapped + 1, swapped)
      shrinker:try(shrinker:replaced(tape.first[before], tape.last[span], swapped))
    end
    span = span + 1
  end
end

return passes
