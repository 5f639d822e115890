-- The codecs by name, and those that a script makes.

local host = ...
local prelude = host.prelude
local describe, kinds = prelude.later.describe, prelude.kinds
local options, payload = prelude.options, prelude.payload

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

---The families of codecs by the names of their members; each is loaded when a script asks for one.
local families = {
  line = "delimited", crlf = "delimited", nul = "delimited", json = "json", jsonl = "json",
  netstring = "prefixed", u8 = "prefixed", u16be = "prefixed", u16le = "prefixed",
  u32be = "prefixed", u32le = "prefixed",
}

---@type table<string, fun(): Codec>
local named = {
  stream = function() return prelude.stream end,
  resp = function() return prelude.resp end,
  packet = function() return packet end,
}
for name, family in pairs(families) do
  named[name] = function() return prelude[family][name] end
end

---@param name string
---@return Codec?
local function find(name)
  local codec = named[name]
  return codec and codec()
end

local codecs = {}

---The names of codecs, sorted.
---@return string[]
function codecs.names() return describe.sortedKeys(named) end

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
  if codec.name == "stream" and kinds.keepsBoundaries(kind) then
    host.misuse(('a %s socket is no stream: its codec is "packet", or one that finds messages in '
      .. "a packet"):format(kind))
  end
end

---@type table<Codec, boolean>  those that a script has made
local isOwn = setmetatable({}, { __mode = "k" })

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
    isOwn[option] = true
    return option
  end
  local codec = find(option or (kinds.keepsBoundaries(kind) and "packet" or "stream"))
  if codec then
    checkKind(codec, kind)
    return codec
  end
  host.misuse(("there is no codec %s%s"):format(
    describe.bytes(option), host.suggestion(option, codecs.names())))
end

---Whether a script has made a codec.
---@param codec Codec
---@return boolean
function codecs.isOwn(codec) return isOwn[codec] or false end

---A message on one line, for failures.
---@param codec Codec
---@param message any
---@return string
function codecs.shown(codec, message)
  if not codec.show then return describe.value(message) end
  local text = codec.show(message)
  if type(text) == "string" then return text end
  host.misuse(("show of the codec gave %s for %s, and not a string"):format(
    describe.value(text), describe.value(message)))
end

---A pattern, and a message that it does not match: two texts or two tables in the same notation,
---unless the script has given its codec one.
---@param codec Codec
---@param pattern any
---@param message any
---@return string pattern
---@return string message
function codecs.contrast(codec, pattern, message)
  local kind = type(message)
  local isAlike = kind == type(pattern) and (kind == "string" or kind == "table")
  if isAlike and not (isOwn[codec] and codec.show) then return describe.contrast(pattern, message) end
  return describe.value(pattern), codecs.shown(codec, message)
end

---What makes messages of bytes; of a script's own codec it is seen to that they are messages.
---@param codec Codec
---@return fun(r: Reader): any
function codecs.decoder(codec)
  local decode = codec.decode
  if not isOwn[codec] then return decode end
  return function(r)
    local message = decode(r)
    if message ~= nil then return message end
    host.misuse("decode of the codec gave nil, which is no message")
  end
end

---What makes bytes of messages; of a script's own codec it is seen to that they are bytes.
---@param codec Codec
---@param accepts? boolean  for the accepting side
---@return fun(message: any): string
function codecs.encoder(codec, accepts)
  local encode = accepts and codec.encodeReply or codec.encode
  if not isOwn[codec] then return encode end
  return function(message)
    local bytes = encode(message)
    if type(bytes) == "string" then return bytes end
    host.misuse(("encode of the codec gave %s for %s, and not a string"):format(
      describe.value(bytes), describe.value(message)))
  end
end

return codecs
