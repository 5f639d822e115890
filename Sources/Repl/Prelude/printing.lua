-- Values as the prompt shows them: on one line where they fit, else an entry a line, or where they are
-- short as many as there is room for; keys sorted, bytes escaped, and what is long, deep or endless cut
-- with a mark.

local host = ...
local prelude = host.prelude
local describe, secrets = prelude.describe, prelude.secrets
local count = prelude.quantities.count

local printing = {}

---What `:set` changes.
printing.limits = { width = 120, items = 100, depth = 6, string = 1000 }

---The width of the screen.
printing.columns = 80

local limits = printing.limits

---No value is shown with more entries than these, in all its tables together.
local MAX_ENTRIES = 1000

---@class Printout  what is being written
---@field inside table<table, boolean>  the tables that it is inside of
---@field left integer  how many more entries are shown

local function isPlainTable(value)
  if type(value) ~= "table" then return false end
  local metatable = getmetatable(value)
  return not (type(metatable) == "table" and rawget(metatable, "__tostring"))
end

---A value that has no entries of its own.
local function atom(value)
  if type(value) == "string" then return describe.bytes(value, limits.string) end
  return describe.value(value)
end

local function keyText(key)
  local step = describe.step(key)
  return step:sub(1, 1) == "." and step:sub(2) or step
end

local write

---The entries of a table that are shown, each with its key unless it is one of a list, and whether
---all are; `room` is how many columns are left for one.
local function entries(container, printout, depth, room)
  local pieces, keys, length = {}, describe.sortedKeys(container), #container
  for index, key in ipairs(keys) do
    if index > limits.items or printout.left <= 0 then
      pieces[index] = ("… %d more"):format(#keys - index + 1)
      break
    end
    printout.left = printout.left - 1
    local isListed = math.type(key) == "integer" and key >= 1 and key <= length
    local name = isListed and "" or keyText(key) .. " = "
    pieces[index] = name .. write(container[key], printout, depth + 1, room - #name)
  end
  return pieces, #keys == length
end

local function widthOf(text) return utf8.len(text) or #text end

---No wider entries of a list stand side by side.
local MAX_SHORT = 16

local function areShort(pieces)
  for _, piece in ipairs(pieces) do
    if widthOf(piece) > MAX_SHORT or piece:find("\n") then return false end
  end
  return true
end

---As many entries a line as there is room for.
local function filled(pieces, room)
  local lines, line = {}, pieces[1]
  for index = 2, #pieces do
    local longer = line .. ", " .. pieces[index]
    if widthOf(longer) <= room then
      line = longer
    else
      lines[#lines + 1], line = line, pieces[index]
    end
  end
  lines[#lines + 1] = line
  return table.concat(lines, ",\n")
end

local function indented(text)
  return "  " .. text:gsub("\n", "\n  ")
end

---A table on one line if it fits into the room, else an entry a line.
local function writeTable(container, printout, depth, room)
  local inside = printout.inside
  local metatable = getmetatable(container)
  local class = type(metatable) == "table" and rawget(metatable, "__name")
  if class then return class .. (next(container) == nil and "" or " { … }") end
  if next(container) == nil then return "{}" end
  if inside[container] then return "{ … itself … }" end
  if depth > limits.depth then return "{ … }" end
  inside[container] = true
  local inner = room - 3  -- two blanks and a comma
  local pieces, isList = entries(container, printout, depth, inner)
  inside[container] = nil
  local line = "{ " .. table.concat(pieces, ", ") .. " }"
  if widthOf(line) <= room and not line:find("\n") then return line end
  local isFilled = isList and areShort(pieces)
  return "{\n" .. indented(isFilled and filled(pieces, inner) or table.concat(pieces, ",\n")) .. "\n}"
end

function write(value, printout, depth, room)
  if isPlainTable(value) then return writeTable(value, printout, depth, room) end
  return atom(value)
end

---A value as text, of one line or several.
---@param value any
---@return string
function printing.text(value)
  local printout = { inside = {}, left = math.max(MAX_ENTRIES, limits.items) }
  return write(value, printout, 1, math.min(limits.width, printing.columns))
end

local function row(bytes, offset)
  local digits = bytes:gsub(".", function(byte) return ("%02x "):format(byte:byte()) end)
  local left, right = digits:sub(1, 24), digits:sub(25)
  return ("%08x  %-24s %-24s |%s|"):format(offset, left, right, (bytes:gsub("[^\32-\126]", ".")))
end

---Bytes in rows of sixteen, in hexadecimal and as text, with none of a secret.
---@param bytes string
---@return string
function printing.hex(bytes)
  bytes = secrets.hide(bytes)
  local rows = {}
  for offset = 0, #bytes - 1, 16 do
    if #rows == limits.items then
      rows[#rows + 1] = ("… %s more"):format(count(#bytes - offset, "byte"))
      break
    end
    rows[#rows + 1] = row(bytes:sub(offset + 1, offset + 16), offset)
  end
  return #rows > 0 and table.concat(rows, "\n") or "no bytes"
end

return printing
