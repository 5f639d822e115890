-- The text of a line of a talk block: literal bytes, and holes for what only a run knows.
--
-- {{any}} is any text, {{name}} captures one, {{name=LUA PATTERN}} one that matches, and pairs of
-- hexadecimal digits as in {{0d 0a}} are bytes. A name that was captured before stands for its text.

local host = ...
local prelude = host.prelude
local describe, patterns, specimen = prelude.describe, prelude.patterns, prelude.specimen

---@class Hole
---@field name string|false  false for {{any}}
---@field pattern string|false  what its text matches; false for any text
---@field source string  as it was written

---@class Template
---@field [integer] string|Hole
---@field source string  as it was written

local template = {}

local function bytesOf(inner)
  local bytes = {}
  for word in inner:gmatch("%S+") do
    if not word:find("^%x%x$") then return nil end
    bytes[#bytes + 1] = string.char(tonumber(word, 16))
  end
  return #bytes > 0 and table.concat(bytes) or nil
end

---Whether a Lua pattern captures something itself, which would shift the captures behind it.
local function hasCapture(pattern)
  local plain = pattern:gsub("%%b..", ""):gsub("%%.", ""):gsub("%[%^?%]?[^%]]*%]", "")
  return plain:find("(", 1, true) ~= nil
end

local function checkHole(name, pattern, source, refuse)
  if name == "any" then refuse(source .. " has a pattern, and {{any}} has none") end
  if bytesOf(name) then refuse(("%s: {{%s}} is a byte, and no name"):format(source, name)) end
  if not pcall(string.find, "", pattern) then
    refuse(("%s is not a Lua pattern: %s"):format(describe.bytes(pattern), source))
  end
  if hasCapture(pattern) then refuse(source .. " cannot hold captures of its own") end
end

local function holeOf(inner, refuse)
  local source = "{{" .. inner .. "}}"
  local name = inner:match("^%s*([%a_][%w_]*)%s*$")
  if name then return { name = name ~= "any" and name, pattern = false, source = source } end
  local pattern
  name, pattern = inner:match("^%s*([%a_][%w_]*)=(.+)$")
  if not name then
    refuse(source .. " is neither {{any}}, {{name}}, {{name=LUA PATTERN}} nor bytes as {{0d 0a}}")
  end
  checkHole(name, pattern, source, refuse)
  return { name = name, pattern = pattern, source = source }
end

---@param text string
---@param refuse fun(problem: string)  raises
---@return Template
function template.parse(text, refuse)
  local pieces, position = { source = text }, 1
  while true do
    local first, last, inner = text:find("{{(.-)}}", position)
    pieces[#pieces + 1] = text:sub(position, (first or 0) - 1)
    if not first then return pieces end
    pieces[#pieces + 1] = bytesOf(inner) or holeOf(inner, refuse)
    position = last + 1
  end
end

---The holes of a template.
---@param pieces Template
---@return fun(): Hole?
function template.holes(pieces)
  local index = 0
  return function()
    repeat index = index + 1 until type(pieces[index]) ~= "string"
    return pieces[index]
  end
end

---Whether a hole stands for what was captured before.
---@param hole Hole
---@param captures table<string, any>
---@return boolean
function template.isKnown(hole, captures)
  return not hole.pattern and captures[hole.name] ~= nil
end

---What stands in a hole of a message that is sent.
---@param hole Hole
---@param captures table<string, any>
---@return any
function template.value(hole, captures)
  return hole.name and captures[hole.name] or "any"
end

---The text that a template stands for once its names are captured.
---@param pieces Template
---@param captures table<string, any>
---@return string
function template.text(pieces, captures)
  local texts = {}
  for index, piece in ipairs(pieces) do
    texts[index] = type(piece) == "string" and piece or tostring(template.value(piece, captures))
  end
  return table.concat(texts)
end

---Chooses a text for each hole whose name nothing has captured, as the part that sends it does.
---@param pieces Template
---@param captures table<string, any>  gets the texts
---@param refuse fun(problem: string)  raises
function template.choose(pieces, captures, refuse)
  for hole in template.holes(pieces) do
    if hole.pattern then
      captures[hole.name] = specimen.of(hole.pattern)
        or refuse("no text is found that matches " .. hole.source)
    elseif hole.name and captures[hole.name] == nil then
      captures[hole.name] = hole.name
    end
  end
end

local function literal(text)
  return (text:gsub("%p", "%%%0"))
end

---The Lua pattern of pieces, and the names of its captures.
local function patternOf(pieces, captures, isOpen)
  local texts, names = {}, {}
  for index, piece in ipairs(pieces) do
    if type(piece) == "string" then
      texts[index] = literal(piece)
    elseif template.isKnown(piece, captures) then
      texts[index] = literal(tostring(captures[piece.name]))
    else
      -- At the end of a search the shortest text would always be the empty one.
      local isLast = isOpen and index == #pieces - 1 and pieces[#pieces] == ""
      local inner = piece.pattern or isLast and ".+" or ".-"
      texts[index] = piece.name and "(" .. inner .. ")" or inner
      if piece.name then names[#names + 1] = piece.name end
    end
  end
  return table.concat(texts), names
end

local function hasUnknown(pieces, captures)
  for hole in template.holes(pieces) do
    if not template.isKnown(hole, captures) then return true end
  end
  return false
end

---What a text must be, as a pattern, and the names of the captures that it gives.
---@param pieces Template
---@param captures table<string, any>
---@param isSearch boolean  it is looked for in a stream
---@return string|Pattern
---@return string[] names
function template.expectation(pieces, captures, isSearch)
  if not hasUnknown(pieces, captures) then return template.text(pieces, captures), {} end
  local luaPattern, names = patternOf(pieces, captures, isSearch)
  if not isSearch then luaPattern = "^" .. luaPattern .. "$" end
  return patterns.named(describe.bytes(pieces.source), luaPattern), names
end

return template
