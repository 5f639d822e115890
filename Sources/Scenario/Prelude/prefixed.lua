-- Codecs whose messages come behind their length: "netstring", and binary lengths from "u8" to
-- "u32le".

local host = ...
local prelude = host.prelude
local bytes, describe, quantities = prelude.payload.bytes, prelude.describe, prelude.quantities

---The bytes of a message that is not longer than its length can say.
local function bounded(message, name, limit)
  local text = bytes(message, name)
  if #text > limit then
    host.misuse(('a message of the codec "%s" has %s at most, not %d'):format(
      name, quantities.count(limit, "byte"), #text))
  end
  return text
end

---@param name string  also that of the reader's function for the length
---@param format string  of the length, as of `string.pack`
---@return Codec
local function prefixed(name, format)
  local limit = (1 << 8 * string.packsize(format)) - 1
  return {
    name = name,
    encode = function(message)
      local text = bounded(message, name, limit)
      return string.pack(format, #text) .. text
    end,
    decode = function(r) return r:bytes(r[name](r)) end,
  }
end

local MAX_DIGITS, MAX_LENGTH = 9, 999999999

---Digit by digit, so that what is no netstring is seen at once and not when a colon comes.
local function digits(r)
  local text = ""
  while true do
    local byte = r:bytes(1)
    if byte == ":" and text ~= "" then return text end
    if not byte:find("%d") then
      r:malformed(("expected a digit%s, got %s"):format(
        text == "" and "" or ' or ":"', describe.bytes(byte)))
    end
    text = text .. byte
    if text:find("^0%d") then r:malformed(("the length %s begins with 0"):format(text)) end
    if #text > MAX_DIGITS then
      r:malformed(("a length has %d digits at most, not %s…"):format(MAX_DIGITS, text))
    end
  end
end

---@type Codec
local netstring = {
  name = "netstring",
  encode = function(message)
    local text = bounded(message, "netstring", MAX_LENGTH)
    return ("%d:%s,"):format(#text, text)
  end,
  decode = function(r)
    local text = r:bytes(tonumber(digits(r)))
    local ending = r:bytes(1)
    if ending ~= "," then
      r:malformed(('expected "," behind %s, got %s'):format(
        quantities.count(#text, "byte"), describe.bytes(ending)))
    end
    return text
  end,
}

return {
  netstring = netstring,
  u8 = prefixed("u8", "I1"),
  u16be = prefixed("u16be", ">I2"),
  u16le = prefixed("u16le", "<I2"),
  u32be = prefixed("u32be", ">I4"),
  u32le = prefixed("u32le", "<I4"),
}
