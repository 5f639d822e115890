-- Messages that a codec parses from a text with holes: marks stand for the holes until a run fills
-- them.

local host = ...
local prelude = host.prelude
local describe, null, patterns = prelude.describe, prelude.null, prelude.patterns
local template = prelude.template

local marking = {}

---No text that is written by hand has this byte.
local MARK = "\127"
local ONE, WHOLE = MARK .. "(%d+)" .. MARK, "^" .. MARK .. "(%d+)" .. MARK .. "$"

---Whether the end of a text is inside of double quotes.
local function isQuoted(text)
  local _, quotes = text:gsub('\\.', ""):gsub('"', "")
  return quotes % 2 == 1
end

---Whether a hole behind a text and before a piece seems to be a part of a word.
local function isInWord(text, following)
  return text:find("[%w_:./-]$") or type(following) == "string" and following:find("^[%w_:./-]")
end

---The text with marks, which are texts in double quotes unless they stand in one or in a word.
local function marked(pieces, hasWords)
  local text = ""
  for index, piece in ipairs(pieces) do
    if type(piece) ~= "string" then
      piece = MARK .. index .. MARK
      local isPart = isQuoted(text) or hasWords and isInWord(text, pieces[index + 1])
      if not isPart then piece = '"' .. piece .. '"' end
    end
    text = text .. piece
  end
  return text
end

---The message of a text.
---@param pieces Template
---@param parse fun(text: string): any  of a codec
---@return any message  with marks where the holes are
function marking.parse(pieces, parse)
  -- Notations differ in what a word is: in JSON there are none.
  local isParsed, message = pcall(parse, marked(pieces, true))
  if isParsed then return message end
  return parse(marked(pieces, false))
end

---The template of a text with marks.
local function unmarked(text, pieces)
  local part, position = { source = text:gsub(ONE, function(index)
    return pieces[tonumber(index)].source
  end) }, 1
  for first, index, last in text:gmatch("()" .. ONE .. "()") do
    part[#part + 1] = text:sub(position, first - 1)
    part[#part + 1] = pieces[tonumber(index)]
    position = last
  end
  part[#part + 1] = text:sub(position)
  return part
end

---A copy of a message in which each text with marks is replaced.
local function filled(message, pieces, ofHole, ofText, ofEmpty)
  if type(message) == "string" then
    local index = message:match(WHOLE)
    if index then return ofHole(pieces[tonumber(index)]) end
    return message:find(ONE) and ofText(unmarked(message, pieces)) or message
  end
  if type(message) ~= "table" or message == null then return message end
  if next(message) == nil then return ofEmpty or message end
  local copy = setmetatable({}, getmetatable(message))
  for key, value in pairs(message) do
    copy[key] = filled(value, pieces, ofHole, ofText, ofEmpty)
  end
  return copy
end

---The message that is sent.
---@param message any  with marks
---@param pieces Template
---@param captures table<string, any>
---@return any
function marking.message(message, pieces, captures)
  return filled(message, pieces,
    function(hole) return template.value(hole, captures) end,
    function(part) return template.text(part, captures) end)
end

local function capturing(hole, captures)
  return patterns.satisfying(hole.source, function(value)
    local text = (type(value) == "string" or type(value) == "number") and tostring(value)
    if hole.pattern and not (text and text:find("^" .. hole.pattern .. "$")) then return false end
    if hole.name then captures[hole.name] = value end
    return value ~= nil
  end)
end

---A pattern for a text that gives its captures names.
local function naming(part, captures)
  local pattern, names = template.expectation(part, captures, false)
  return patterns.satisfying(describe.value(pattern), function(value)
    local found = type(value) == "string" and table.pack(value:find(pattern.text))
    if not found or not found[1] then return false end
    for index, name in ipairs(names) do captures[name] = found[index + 2] end
    return true
  end)
end

---What a message must be, as a pattern; captures are kept when it matches.
---@param message any  with marks
---@param pieces Template
---@param captures table<string, any>
---@return any pattern
function marking.pattern(message, pieces, captures)
  return filled(message, pieces, function(hole)
    if template.isKnown(hole, captures) then return captures[hole.name] end
    return capturing(hole, captures)
  end, function(part) return naming(part, captures) end, patterns.empty)
end

return marking
