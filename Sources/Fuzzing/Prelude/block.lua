-- Messages that are made of fields, some of which are computed from others: `g:block`.
--
-- A computed field is right, but for a rare lie, which is a choice of its own: when a finding is
-- made as small as it can be, a lie stays in it only if it is what the finding needs.

local host = ...
local prelude = host.prelude
local checksums, describe, shapes = prelude.checksums, prelude.describe, prelude.shapes

local Generator = prelude.generator.class

---How often a computed field lies.
local LIES <const> = 1 / 64

local order = { be = ">", le = "<" }

---The formats of numbers, as of `string.pack`, with their sizes in bytes.
local numbers = {
  u8 = { "B", 1 }, i8 = { "b", 1 },
}
for name, mark in pairs(order) do
  for _, size in ipairs { 2, 3, 4, 8 } do
    numbers["u" .. size * 8 .. name] = { mark .. "I" .. size, size }
    numbers["i" .. size * 8 .. name] = { mark .. "i" .. size, size }
  end
end

local function pack(kind, value)
  local format = numbers[kind]
  local bits = format[2] * 8
  if bits < 64 then value = value & (1 << bits) - 1 end
  return string.pack(format[1]:gsub("[ib]", { i = "I", b = "B" }), value)
end

---Numbers as text, and of variable length.
local encodings = {
  decimal = tostring,
  hex = function(value) return ("%x"):format(value) end,
  ---Seven bits a byte, the low ones first.
  varint = function(value)
    local pieces = {}
    repeat
      local low = value & 0x7F
      value = value >> 7
      pieces[#pieces + 1] = string.char(value ~= 0 and low | 0x80 or low)
    until value == 0
    return table.concat(pieces)
  end,
}

local checksumSizes = {
  crc32 = "u32", crc32c = "u32", adler32 = "u32", inet16 = "u16", sum8 = "u8", xor8 = "u8",
}

---What a field says beside its kind.
local known = {
  name = true, bytes = true, block = true, plus = true, unit = true, order = true, align = true,
  fill = true, lie = true, list = true,
}

local function broken(format, ...)
  host.misuse("g:block: " .. format:format(...))
end

---The one key of a field that says what it is.
local function kindOf(field)
  local found
  for key in pairs(field) do
    local isKind = numbers[key] or encodings[key] or checksumSizes[key] or key == "bytes"
      or key == "block" or key == "list" or key == "align"
    if isKind and not (key == "align" and field.fill == nil and found) then
      if found and key ~= "align" then
        broken("a field is of one kind, not both %s and %s", found, key)
      end
      found = found or key
    elseif math.type(key) ~= "integer" and not known[key] then
      local kinds = describe.sortedKeys(known)
      for _, kinds_ in ipairs { numbers, encodings, checksumSizes } do
        for kind in pairs(kinds_) do kinds[#kinds + 1] = kind end
      end
      broken("there is no kind of field %s%s", describe.value(key), host.suggestion(key, kinds))
    end
  end
  if not found then broken("a field needs a kind, for example u8 = 1 or bytes = \"…\"") end
  return found
end

---@class Reference  what a computed field is computed of
---@field of string[]
---@field counts boolean  how many items a list has, not how many bytes

local function reference(value)
  if type(value) ~= "string" then return nil end
  local how, names = value:match("^(%a+):(.+)$")
  if how ~= "of" and how ~= "count" then return nil end
  local list = {}
  for name in names:gmatch("[^,%s]+") do list[#list + 1] = name end
  return { of = list, counts = how == "count" }
end

---@class Piece  a field that is being built
---@field field table
---@field kind string
---@field bytes string|false  false until it is computed
---@field items integer  how many a list has
---@field refers Reference?

local function nameOf(field, index)
  return field.name or type(field[1]) == "string" and field[1] or tostring(index)
end

local build

---The bytes of a field that is not computed.
local function plain(g, piece)
  local field, kind = piece.field, piece.kind
  local value = field[kind]
  if type(value) == "function" then value = value(g) end
  if kind == "bytes" then return tostring(value), 1 end
  if kind == "block" then return build(g, value), 1 end
  if kind == "list" then
    local pieces = {}
    for index, item in ipairs(value) do
      pieces[index] = type(item) == "table" and build(g, item) or tostring(item)
    end
    return table.concat(pieces), #value
  end
  if math.type(value) ~= "integer" then
    broken("the field \"%s\" is an integer, not %s", piece.name, describe.value(value))
  end
  return (encodings[kind] or function(number) return pack(kind, number) end)(value), 1
end

---A wrong number in place of a right one.
local function lie(g, right)
  local near = g.tape:choose(shapes.index(6))
  if near == 1 then return right + 1 end
  if near == 2 then return right - 1 end
  if near == 3 then return 0 end
  if near == 4 then return -1 end
  if near == 5 then return right + g:int { -16, 16 } end
  return g:int { 0, 0xFFFFFFFF }
end

local function perhapsLie(g, piece, right)
  local chance = piece.field.lie
  if chance == false then return right end
  local span = g.tape:open("lie")
  if g.tape:choose(shapes.bool(chance or LIES)) then
    local wrong = lie(g, right)
    g:note("lie in " .. piece.name, ("%d; right is %d"):format(wrong, right))
    right = wrong
  end
  g.tape:close(span)
  return right
end

---The size of a field whose bytes are not known, where it is fixed.
local function fixedSize(piece)
  local format = numbers[piece.kind] or numbers[(checksumSizes[piece.kind] or "") .. "be"]
    or checksumSizes[piece.kind] == "u8" and numbers.u8
  return format and format[2]
end

local function sizeOf(piece, from)
  if piece.bytes then return #piece.bytes end
  return fixedSize(piece) or broken("the length \"%s\" is of \"%s\", whose own length varies",
    from.name, piece.name)
end

local function referred(pieces, byName, piece)
  local found = {}
  for index, name in ipairs(piece.refers.of) do
    found[index] = byName[name] or broken("\"%s\" is of the field \"%s\", which there is not%s",
      piece.name, name, host.suggestion(name, describe.sortedKeys(byName)))
  end
  return found
end

local function measure(g, piece, parts)
  local field, total = piece.field, 0
  for _, part in ipairs(parts) do
    total = total + (piece.refers.counts and part.items or sizeOf(part, piece))
  end
  return perhapsLie(g, piece, total // (field.unit or 1) + (field.plus or 0))
end

local function encode(kind, value)
  return encodings[kind] and encodings[kind](value) or pack(kind, value)
end

---Lengths and counts first, for checksums are also of them.
local function computeLengths(g, pieces, byName)
  for _, piece in ipairs(pieces) do
    if piece.refers and not checksumSizes[piece.kind] then
      piece.bytes = encode(piece.kind, measure(g, piece, referred(pieces, byName, piece)))
    end
  end
end

local function computePadding(pieces)
  local offset = 0
  for _, piece in ipairs(pieces) do
    if piece.kind == "align" then
      local fill = piece.field.fill or "\0"
      piece.bytes = fill:rep(-offset % piece.field.align)
    end
    offset = offset + (piece.bytes and #piece.bytes or fixedSize(piece) or 0)
  end
end

local function computeChecksums(g, pieces, byName)
  for _, piece in ipairs(pieces) do
    local size = checksumSizes[piece.kind]
    if size then
      local parts = {}
      for index, part in ipairs(referred(pieces, byName, piece)) do parts[index] = part.bytes or "" end
      local value = perhapsLie(g, piece, checksums[piece.kind](table.concat(parts)))
      piece.bytes = pack(size == "u8" and size or size .. (piece.field.order or "be"), value)
    end
  end
end

local function read(fields)
  local pieces, byName = {}, {}
  for index, field in ipairs(fields) do
    if type(field) ~= "table" then field = { bytes = field } end
    local kind = kindOf(field)
    local piece = {
      field = field, kind = kind, name = nameOf(field, index), bytes = false, items = 1,
      refers = kind ~= "bytes" and reference(field[kind]) or nil,
    }
    if checksumSizes[kind] and not piece.refers then
      broken("the checksum \"%s\" is of fields: \"of:type,body\"", piece.name)
    end
    pieces[index], byName[piece.name] = piece, piece
  end
  return pieces, byName
end

---@param g Generator
---@param fields table[]
---@return string
function build(g, fields)
  if type(fields) ~= "table" then
    host.misuse("g:block takes a list of fields, not " .. describe.value(fields))
  end
  local span = g.tape:open("block")
  local pieces, byName = read(fields)
  for _, piece in ipairs(pieces) do
    if not piece.refers and piece.kind ~= "align" then piece.bytes, piece.items = plain(g, piece) end
  end
  computeLengths(g, pieces, byName)
  computePadding(pieces)
  computeChecksums(g, pieces, byName)
  local bytes = {}
  for index, piece in ipairs(pieces) do bytes[index] = piece.bytes end
  g.tape:close(span)
  return table.concat(bytes)
end

---The bytes of a message.
---@param fields table[]  in their order: { "name", u16be = 7 }, { "length", u8 = "of:body" },
---  { "count", u8 = "count:items" }, { "items", list = { … } }, { "body", bytes = "…" },
---  { align = 4 }, { "crc", crc32 = "of:length,body" }, { "inner", block = { … } }
---@return string
function Generator:block(fields)
  return build(self, fields)
end
