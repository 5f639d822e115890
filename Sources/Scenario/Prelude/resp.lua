-- The codec "resp": the protocol of Redis and Valkey in version 2, and version 3's types when read.
--
-- Errors are { err = text } and statuses { ok = text }, as in Redis' own Lua.

local host = ...
local prelude = host.prelude
local describe, mark, notation = prelude.describe, prelude.arrays.mark, prelude.respnotation
local null, numbers, count = prelude.null, prelude.numbers, prelude.quantities.count

local MAX_BULK = 512 * 1024 * 1024  -- Redis' own limit (proto-max-bulk-len)
local MAX_DEPTH = 512

---A status is also its text: expect "OK" matches { ok = "OK" }.
local Status = { __matches = function(status, text) return status.ok == text end }

local decode

local function header(r)
  return r:until_("\r\n")
end

local function malformed(r, text, expected)
  r:malformed(("%s is no %s"):format(describe.bytes(text, 60), expected))
end

local function integer(r)
  local text = header(r)
  local value = text:find("^[+-]?%d+$") and tonumber(text)
  -- tonumber makes a float of what 64 bits cannot hold.
  if math.type(value) ~= "integer" then malformed(r, text, "integer") end
  return value
end

---A length, or nil for the -1 that stands for null.
local function length(r, limit)
  local text = header(r)
  if text == "-1" then return nil end
  local value = text:find("^%d+$") and #text <= 10 and math.tointeger(text)
  if not value or value > limit then malformed(r, text, "length") end
  return value
end

local function bulk(r)
  local size = length(r, MAX_BULK)
  if not size then return null end
  local bytes = r:bytes(size)
  local ending = r:bytes(2)
  if ending ~= "\r\n" then
    malformed(r, ending, "CR LF at the end of a bulk string of " .. count(size, "byte"))
  end
  return bytes
end

local function list(r, depth)
  local size = length(r, math.maxinteger)
  if not size then return null end
  local values = size == 0 and mark {} or {}
  for index = 1, size do values[index] = decode(r, depth + 1) end
  return values
end

local function map(r, depth)
  local size = length(r, math.maxinteger)
  if not size then return null end
  local values = {}
  for _ = 1, size do
    local key = decode(r, depth + 1)
    if getmetatable(key) == Status then key = key.ok end
    if key ~= key then r:malformed("the key of a map is nan") end
    values[key] = decode(r, depth + 1)
  end
  return values
end

local named = { inf = math.huge, ["-inf"] = -math.huge, nan = 0 / 0 }

local function double(r)
  local text = header(r)
  local value = named[text] or text:find("^[+-]?%d+%.?%d*[eE]?[+-]?%d*$") and tonumber(text)
  if not value then malformed(r, text, "double") end
  return value + 0.0
end

local function boolean(r)
  local text = header(r)
  if text ~= "t" and text ~= "f" then malformed(r, text, "boolean") end
  return text == "t"
end

local function bigNumber(r)
  local text = header(r)
  if not text:find("^[+-]?%d+$") then malformed(r, text, "big number") end
  return text
end

local function oneLine(r, name)
  local text = header(r)
  if text:find("[\r\n]") then malformed(r, text, name .. " on one line") end
  return text
end

local types = {
  ["+"] = function(r) return setmetatable({ ok = oneLine(r, "status") }, Status) end,
  ["-"] = function(r) return { err = oneLine(r, "error") } end,
  [":"] = integer,
  ["$"] = bulk,
  ["*"] = list,
  ["_"] = function(r)
    header(r)
    return null
  end,
  ["#"] = boolean,
  [","] = double,
  ["("] = bigNumber,
  ["!"] = function(r) return { err = bulk(r) } end,
  ["="] = function(r)
    local text = bulk(r)
    return text == null and null or text:sub(5)  -- behind "txt:" or "mkd:"
  end,
  ["%"] = map,
  ["~"] = list,
  [">"] = list,
  ["|"] = function(r, depth)  -- attributes describe the value that follows
    map(r, depth)
    return decode(r, depth + 1)
  end,
}

function decode(r, depth)
  depth = depth or 1
  if depth > MAX_DEPTH then
    r:malformed(("values are nested more than %d deep"):format(MAX_DEPTH))
  end
  local mark = r:bytes(1)
  local read = types[mark]
  if not read then malformed(r, mark, ("type (byte 0x%02x)"):format(mark:byte())) end
  return read(r, depth)
end

local function bulkString(text)
  return ("$%d\r\n%s\r\n"):format(#text, text)
end

---A command: a list of strings and numbers, or one word.
local function encodeCommand(message)
  local words = type(message) == "table" and message ~= null and message or { message }
  if #words == 0 then
    host.misuse("a command is a list of strings and numbers, not " .. describe.value(message))
  end
  local pieces = { ("*%d\r\n"):format(#words) }
  for index, word in ipairs(words) do
    local kind = type(word)
    if kind ~= "string" and kind ~= "number" then
      host.misuse("a word of a command is a string or a number, not " .. describe.value(word))
    end
    pieces[index + 1] = bulkString(kind == "string" and word or numbers.text(word))
  end
  return table.concat(pieces)
end

local function simple(mark, text)
  if type(text) ~= "string" or text:find("[\r\n]") then
    host.misuse("a status or an error is one line of text, not " .. describe.value(text))
  end
  return mark .. text .. "\r\n"
end

local encodeReply

local function encodeTable(message)
  if message.ok ~= nil then return simple("+", message.ok) end
  if message.err ~= nil then return simple("-", message.err) end
  if #message == 0 and next(message) ~= nil then
    host.misuse(
      "a reply is a list, { ok = text } or { err = text }, not " .. describe.value(message))
  end
  local pieces = { ("*%d\r\n"):format(#message) }
  for index, value in ipairs(message) do pieces[index + 1] = encodeReply(value) end
  return table.concat(pieces)
end

---A Lua value as it is; as in Redis' own Lua true is 1 and false is null.
function encodeReply(message)
  local kind = type(message)
  if kind == "string" then return bulkString(message) end
  if message == null or message == false then return "$-1\r\n" end
  if message == true then return ":1\r\n" end
  if kind == "table" then return encodeTable(message) end
  if kind ~= "number" then host.misuse("RESP has no form for " .. describe.value(message)) end
  if math.type(message) == "integer" then return (":%d\r\n"):format(message) end
  return bulkString(numbers.text(message))
end

---@type Codec
return {
  name = "resp",
  awaits = "the rest of the message",
  encode = encodeCommand,
  encodeReply = encodeReply,
  decode = function(r) return decode(r, 1) end,
  show = notation.show,
  parse = notation.words,
  parseReply = notation.reply,
}
