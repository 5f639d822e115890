-- A text that a Lua pattern matches: what the other part of a talk block sends for a capture.

local specimen = {}

---The pattern's item at a position, as "%d", "[a-z]" or "x", and where it ends; nil for one that
---stands for more than one byte.
local function itemAt(pattern, position)
  local byte = pattern:sub(position, position)
  if byte == "%" then
    if pattern:find("^[bf%d]", position + 1) then return nil end
    return pattern:sub(position, position + 1), position + 1
  end
  if byte ~= "[" then return byte, position end
  local last = position + (pattern:find("^%[%^", position) and 2 or 1)
  if pattern:sub(last, last) == "]" then last = last + 1 end
  while pattern:sub(last, last) ~= "]" do
    last = last + (pattern:sub(last, last) == "%" and 2 or 1)
  end
  return pattern:sub(position, last), last
end

---A byte that an item matches, one that is easy to read if there is such.
local function byteFor(item)
  if #item == 1 and item ~= "." then return item end
  for byte in ("a1_-/ "):gmatch(".") do
    if byte:find(item) then return byte end
  end
  for code = 0, 255 do
    if string.char(code):find(item) then return string.char(code) end
  end
end

local function build(pattern)
  local pieces, position = {}, 1
  while position <= #pattern do
    local item, last = itemAt(pattern, position)
    if not item then return nil end
    local repetition = pattern:match("^[*+?-]", last + 1)
    if not repetition or repetition == "+" then pieces[#pieces + 1] = byteFor(item) end
    position = last + (repetition and 2 or 1)
  end
  return table.concat(pieces)
end

---@param pattern string  a Lua pattern without captures
---@return string? text  nil where none is found
function specimen.of(pattern)
  local text = build(pattern)
  return text and text:find("^" .. pattern .. "$") and text or nil
end

return specimen
