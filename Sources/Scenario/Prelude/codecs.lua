-- The codecs by name, and those that a script makes.

local host = ...
local prelude = host.prelude
local delimited, describe, options = prelude.delimited, prelude.describe, prelude.options

---@class Codec  how messages are bytes
---@field name? string
---@field encode fun(message: any): string
---@field encodeReply? fun(message: any): string  of the accepting side, where it differs
---@field decode fun(r: Reader): any  the next message; its reads wait
---@field seek? fun(r: Reader, pattern: any): any, ...  `expect` of a codec without messages
---@field show? fun(message: any): string  for failures
---@field awaits? string  what an unfinished message lacks

local named = {
  stream = prelude.stream,
  line = delimited.line,
  crlf = delimited.crlf,
  nul = delimited.nul,
  resp = prelude.resp,
}

local codecs = {}

---What the option `codec` may be.
codecs.TYPES = "string|table"

local parts = {
  name = "string", encode = "function", decode = "function", show = "function", awaits = "string",
}

---The codec that an option names or is.
---@param option string|Codec|nil  nil is "stream"
---@return Codec
function codecs.find(option)
  if type(option) == "table" then
    options.check(option, parts, "a codec")
    if not option.encode or not option.decode then
      host.misuse("a codec is { encode = function(message) … end, decode = function(r) … end }")
    end
    return option
  end
  local codec = named[option or "stream"]
  if codec then return codec end
  host.misuse(("there is no codec %s%s"):format(
    describe.bytes(option), host.suggestion(option, describe.sortedKeys(named))))
end

return codecs
