-- Codecs whose messages end in a delimiter: "line", "crlf" and "nul".

local host = ...
local describe = host.prelude.describe

---@param name string
---@param delimiter string
---@param awaits string  what an unfinished message lacks
---@return Codec
local function delimited(name, delimiter, awaits)
  return {
    name = name,
    awaits = awaits,
    encode = function(message)
      local kind = type(message)
      if kind ~= "string" and kind ~= "number" then
        host.misuse(('a message of the codec "%s" is a string, not %s'):format(
          name, describe.value(message)))
      end
      return message .. delimiter
    end,
    decode = function(r) return r:until_(delimiter) end,
  }
end

return {
  line = delimited("line", "\n", "a line end"),
  crlf = delimited("crlf", "\r\n", "CR LF"),
  nul = delimited("nul", "\0", "a NUL"),
}
