-- The codecs by name, and those that a script makes.

local host = ...
local prelude = host.prelude
local delimited, describe, json = prelude.delimited, prelude.describe, prelude.json
local kinds, options, payload, prefixed =
  prelude.kinds, prelude.options, prelude.payload, prelude.prefixed

---@class Codec  how messages are bytes
---@field name? string
---@field encode fun(message: any): string
---@field encodeReply? fun(message: any): string  of the accepting side, where it differs
---@field decode fun(r: Reader): any  the next message; its reads wait
---@field seek? fun(r: Reader, pattern: any): any, ...  `expect` of a codec without messages
---@field show? fun(message: any): string  for failures, on one line
---@field parse? fun(text: string): any  the message that a line of a script stands for
---@field parseReply? fun(text: string): any  of the accepting side, where it differs
---@field awaits? string  what an unfinished message lacks
---@field blank? string  the Lua pattern of bytes that stand between messages and are none

---@type Codec  a message is a packet
local packet = {
  name = "packet",
  encode = function(message) return payload.bytes(message, "packet") end,
  decode = function(r) return r:packet() end,
}

local named = { stream = prelude.stream, resp = prelude.resp, packet = packet }
for _, family in ipairs { delimited, prefixed, json } do
  for name, codec in pairs(family) do named[name] = codec end
end

local codecs = {}

---What the option `codec` may be.
codecs.TYPES = "string|table"

local parts = {
  name = "string", encode = "function", decode = "function", show = "function",
  parse = "function", awaits = "string",
}

---Where a message is a packet there have to be packets, and where there are none the stream.
local function checkKind(codec, kind)
  if codec == packet and not kinds.keepsBoundaries(kind) then
    host.misuse(
      'a stream has no packets: the codec "packet" needs kind = "seqpacket" or "datagram"')
  end
  if codec == named.stream and kinds.keepsBoundaries(kind) then
    host.misuse(('a %s socket is no stream: its codec is "packet", or one that finds messages in '
      .. "a packet"):format(kind))
  end
end

---The codec that an option names or is.
---@param option string|Codec|nil  nil is "stream", or "packet" where there are packets
---@param kind? Kind  of the socket; nil is "stream"
---@return Codec
function codecs.find(option, kind)
  if type(option) == "table" then
    options.check(option, parts, "a codec")
    if not option.encode or not option.decode then
      host.misuse("a codec is { encode = function(message) … end, decode = function(r) … end }")
    end
    return option
  end
  local codec = named[option or (kinds.keepsBoundaries(kind) and "packet" or "stream")]
  if codec then
    checkKind(codec, kind)
    return codec
  end
  host.misuse(("there is no codec %s%s"):format(
    describe.bytes(option), host.suggestion(option, describe.sortedKeys(named))))
end

return codecs
