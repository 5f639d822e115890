-- Codecs whose messages end in a delimiter: "line", "crlf" and "nul".

local host = ...
local bytes = host.prelude.payload.bytes

---@param name string
---@param delimiter string
---@param awaits string  what an unfinished message lacks
---@return Codec
local function delimited(name, delimiter, awaits)
  return {
    name = name,
    awaits = awaits,
    encode = function(message) return bytes(message, name) .. delimiter end,
    decode = function(r) return r:until_(delimiter) end,
  }
end

return {
  line = delimited("line", "\n", "a line end"),
  crlf = delimited("crlf", "\r\n", "CR LF"),
  nul = delimited("nul", "\0", "a NUL"),
}
