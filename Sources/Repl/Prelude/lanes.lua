-- What the lanes of the log are: the codec of a conversation, its kind of socket, and the other end of
-- a pair. The log has messages of conversations that are long gone, and so it is kept for all.

local host = ...
local prelude = host.prelude
local codecs, describe, kinds = prelude.codecs, prelude.describe, prelude.kinds

local lanes = {
  ---What a note is about the descriptors of the message before it.
  DESCRIPTORS = "^with %d+ descriptors?$",
}

---@type table<string, Codec>
local codecOf = {}

---@type table<string, Kind>  of those that are no streams
local kindOf = {}

---@type table<string, string>
local partnerOf = {}

---@type table<string, boolean>  those in which something was said, also before they were reconnected
local hasSpoken = {}

---@type table<string, boolean>  those whose messages have been of several codecs
local isMixed = {}

---Keeps that something was said in a lane.
---@param lane string
---@param descriptors? integer  how many have gone or come with it, which the log does not tell itself
function lanes.hear(lane, descriptors)
  hasSpoken[lane] = true
  if not descriptors or descriptors == 0 then return end
  host.log("note", lane, "with " .. prelude.quantities.count(descriptors, "descriptor"))
end

---Keeps what a conversation is now.
---@param conversation Conversation
function lanes.note(conversation)
  local lane, codec = conversation.name, conversation.codec
  local isOther = codecOf[lane] and codecOf[lane] ~= codec
  if isOther and hasSpoken[lane] then isMixed[lane] = true end
  codecOf[lane] = codec
  if conversation.kind ~= "stream" then kindOf[lane] = conversation.kind end
end

---A reader of bytes that are all there.
local function readerOf(bytes, lane)
  local source = {
    codec = codecOf[lane],
    pull = function() return nil, "the end" end,
    ended = function() error("the message is not whole", 0) end,
    malformed = function(_, problem) error(problem, 0) end,
  }
  local reader = prelude.reader.new(source)
  reader.buffer, reader.keepsBoundaries = bytes, kinds.keepsBoundaries(kindOf[lane])
  return reader
end

---Whether a lane is a conversation.
---@param lane string
---@return boolean
function lanes.isConversation(lane) return codecOf[lane] ~= nil end

---The message that bytes of a conversation are.
---@param lane string
---@param bytes string
---@return boolean isWhole
---@return any message
function lanes.decoded(lane, bytes)
  local codec = codecOf[lane]
  if not codec then return false end
  return pcall(codecs.decoder(codec), readerOf(bytes, lane))
end

---Messages in the notation of their conversation's codec; nil where the bytes are no whole ones.
---@param lane string
---@param bytes string
---@return string?
function lanes.shown(lane, bytes)
  local codec = codecOf[lane]
  if not codec then return nil end
  local decode, show = codecs.decoder(codec), codec.show or describe.value
  local reader, shown = readerOf(bytes, lane), {}
  repeat
    reader:begin()
    local isWhole, message = pcall(decode, reader)
    if not isWhole then return nil end
    shown[#shown + 1] = show(message)
  until reader:commit() == "" or reader:unread() == ""
  return table.concat(shown, "  ")
end

---The lane of the other end, for a conversation of `t:pair`.
---@param lane string
---@return string?
function lanes.partnerOf(lane) return partnerOf[lane] end

---The name of the codec of a conversation, by which a scenario can say all that was said in it; nil
---for one that a script has made, and where there were several.
---@param lane string
---@return string?
function lanes.codecOf(lane)
  local codec = codecOf[lane]
  if codec and not isMixed[lane] and not codecs.isOwn(codec) then return codec.name end
end

---Which kind of socket a conversation has.
---@param lane string
---@return Kind?
function lanes.kindOf(lane) return codecOf[lane] and (kindOf[lane] or "stream") end

local Scenario = prelude.scenario.class
local pair = Scenario.pair

function Scenario:pair(...)
  local first, second = pair(self, ...)
  partnerOf[first.name], partnerOf[second.name] = second.name, first.name
  return first, second
end

return lanes
