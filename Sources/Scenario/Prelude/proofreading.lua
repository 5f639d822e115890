-- What is wrong with the texts of a script that the language interprets, for who reads the script
-- without running it.

local host = ...
local codecs, describe, talk = host.prelude.codecs, host.prelude.describe, host.prelude.talk

---Where a class of characters that begins at a position ends.
local function behindClass(pattern, first)
  local character = pattern:sub(first, first)
  if character == "%" then
    if first == #pattern then return nil, "its last '%' has nothing behind it" end
    return first + 2
  elseif character ~= "[" then
    return first + 1
  end
  local position = first + (pattern:sub(first + 1, first + 1) == "^" and 2 or 1)
  repeat
    if position > #pattern then return nil, "a ']' is missing" end
    position = position + (pattern:sub(position, position) == "%" and 2 or 1)
  until pattern:sub(position, position) == "]"
  return position + 1
end

---Behind a `%` and a character that stand for more than a class; false where they do not.
local function behindSpecial(pattern, first, closed)
  local kind = pattern:match("^%%([bf%d])", first)
  if kind == nil then return false end
  if kind == "b" then
    if first + 3 > #pattern then return nil, "'%b' needs two characters" end
    return first + 4
  elseif kind == "f" then
    if pattern:sub(first + 2, first + 2) ~= "[" then return nil, "a '[' is missing behind '%f'" end
    return behindClass(pattern, first + 2)
  end
  if not closed[tonumber(kind)] then return nil, ("no capture ends before '%%%s'"):format(kind) end
  return first + 2
end

---What is wrong with a Lua pattern. `string.find` tells only when it gets there.
local function patternProblem(pattern)
  local open, closed, count, position = {}, {}, 0, 1
  while position <= #pattern do
    local character, problem = pattern:sub(position, position), nil
    if character == "(" then
      count, position = count + 1, position + 1
      table.insert(open, count)
    elseif character == ")" then
      local capture = table.remove(open)
      if not capture then return "a ')' has no '(' before it" end
      closed[capture], position = true, position + 1
    else
      local behind
      behind, problem = behindSpecial(pattern, position, closed)
      if behind == false then behind, problem = behindClass(pattern, position) end
      if problem then return problem end
      position = behind
    end
  end
  return open[1] and "a ')' is missing" or nil
end

---What is wrong with a text, as a sentence, and in which of its lines where it has some.
---@type table<string, fun(text: string, codec?: string): string?, integer?>
local readers = {
  pattern = function(text)
    local problem = patternProblem(text)
    return problem and ("%s is not a Lua pattern: %s"):format(describe.bytes(text), problem)
  end,
  talk = function(text, codec)
    local isKnown, known = pcall(codecs.find, codec)
    return talk.problem(text, isKnown and known or {})
  end,
}

return function(kind, ...) return readers[kind](...) end
