-- The codecs "jsonl", JSON in lines, and "json", JSON values one behind the other.

local host = ...
local prelude = host.prelude
local describe, reading, secrets, writing =
  prelude.describe, prelude.jsonreading, prelude.secrets, prelude.jsonwriting

local byte, find, sub = string.byte, string.find, string.sub

local function show(message)
  return describe.shortened(writing.text(message, secrets.hide))
end

---The value of a text, or a failure at the byte of the message that is wrong.
---@param r Reader
---@param text string
---@return any
local function value(r, text)
  local message, problem, position = reading.value(text)
  if message == nil then r:malformed(problem, position - 1) end
  return message
end

---What a line of a script stands for.
---@param text string
---@return any
local function parse(text)
  local message, problem, position = reading.value(text)
  if message == nil then
    host.misuse(("%s is no JSON: %s at byte %d"):format(
      describe.bytes(text, 60), problem, position))
  end
  return message
end

---@type Codec
local jsonl = {
  name = "jsonl",
  awaits = "a line end",
  encode = function(message) return writing.text(message) .. "\n" end,
  decode = function(r) return value(r, r:line()) end,
  show = show,
  parse = parse,
}

---Takes bytes while they may belong to a number; where the connection or the packet ends, it ends.
local function takeNumber(r)
  repeat
    r.position = find(r.buffer, "[^%d.eE+-]", r.position) or #r.buffer + 1
  until r.position <= #r.buffer or not r:extend()
end

---Takes a string from behind its quote. Nothing is searched again for what arrives.
local function takeString(r)
  while true do
    local at = find(r.buffer, '["\\]', r.position)
    if not at then
      r.position = #r.buffer + 1
      r:grow()
    elseif byte(r.buffer, at) == 34 then
      r.position = at + 1
      return
    else
      r.position = at + 1
      r:bytes(1)  -- what is escaped does not end the string
    end
  end
end

---Takes a list or an object from behind its bracket: all until as many brackets have closed.
local function takeContainer(r)
  local depth = 1
  while depth > 0 and depth <= reading.MAX_DEPTH do
    local at = find(r.buffer, '[]["{}]', r.position)
    if not at then
      r.position = #r.buffer + 1
      r:grow()
    else
      local mark = byte(r.buffer, at)
      r.position = at + 1
      if mark == 34 then
        takeString(r)
      else
        depth = depth + ((mark == 91 or mark == 123) and 1 or -1)  -- "[" and "{"
      end
    end
  end
end

---Takes a word, or what of it is right.
local function takeWord(word)
  return function(r)
    for index = 2, #word do
      if r:bytes(1) ~= sub(word, index, index) then return end
    end
  end
end

---How a value is taken whose first byte this is; `reading` finds what is wrong with it.
local takers = {
  ['"'] = takeString, ["{"] = takeContainer, ["["] = takeContainer, ["-"] = takeNumber,
  t = takeWord "true", f = takeWord "false", n = takeWord "null",
}
for digit = 0, 9 do takers[tostring(digit)] = takeNumber end

local BLANK = "^[ \t\r\n]*$"

---Goes to the next byte that is no blank, if it has come.
local function skipBlanks(r)
  r.position = find(r.buffer, "[^ \t\r\n]", r.position) or #r.buffer + 1
end

---@type Codec
local json = {
  name = "json",
  blank = BLANK,
  encode = function(message)
    local text = writing.text(message)
    -- Only what follows a number tells that it has ended.
    return type(message) == "number" and text .. "\n" or text
  end,
  decode = function(r)
    skipBlanks(r)
    while r.position > #r.buffer do
      r:grow()
      skipBlanks(r)
    end
    local take = takers[r:bytes(1)]
    if take then take(r) end
    local message = value(r, r:taken())
    skipBlanks(r)
    return message
  end,
  show = show,
  parse = parse,
}

return { jsonl = jsonl, json = json }
