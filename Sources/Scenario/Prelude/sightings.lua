-- Where a message has been that is now waited for in vain: taken before, or on another conversation.

local host = ...
local prelude = host.prelude
local conversations, describe, expiring = prelude.conversation, prelude.describe, prelude.expiring
local matching, patterns, reader = prelude.matching, prelude.patterns, prelude.reader

local sightings = {}

---The most messages that are looked at, the last ones first, and the longest of them.
local COUNT <const>, SIZE <const> = 200, 1 << 16

---Whether a function of the script's is in a pattern, or one may be.
local function hasPredicate(pattern, depth)
  if type(pattern) ~= "table" then return type(pattern) == "function" end
  if depth > 16 then return true end
  for _, part in next, pattern do
    if hasPredicate(part, depth + 1) then return true end
  end
  return false
end

---Whether finding it says something: predicates may do anything, and `any` is everywhere.
local function isTelling(pattern)
  if patterns.isPattern(pattern) then return rawget(pattern, "text") ~= nil end
  return type(pattern) ~= "boolean" and not hasPredicate(pattern, 0)
end

---Where a reader gets nothing more.
local Nowhere = {
  pull = function() return nil, "" end,
  soon = function() end,
  ended = function() error("the bytes end", 0) end,
  malformed = function() error("no message", 0) end,
}
Nowhere.__index = Nowhere

---Whether bytes that came hold a message which a pattern accepts.
local function holds(codec, pattern, bytes)
  if #bytes > SIZE then return false end
  local r = reader.new(setmetatable({ codec = codec }, Nowhere))
  r:add(bytes)
  if codec.seek then return (pcall(codec.seek, r, pattern)) end
  for _ = 1, COUNT do
    r:begin()
    local isRead, message = pcall(codec.decode, r)
    if not isRead then return false end
    local isMatched, matches = pcall(matching.matches, pattern, message)
    if isMatched and matches then return true end
    if r:commit() == "" then return false end
  end
  return false
end

---What has come on a conversation and waits to be taken.
local function unreadOf(conversation)
  local wait = conversation.wait
  if wait.isParked and host.rival(wait.socket) then return conversation.reader:pending() end
  return wait:takeIn(conversation.isOutput)
end

local function unreadElsewhere(lane, codec, pattern)
  for _, other in ipairs(conversations.listOpen()) do
    if other.name ~= lane and other.codec == codec and holds(codec, pattern, unreadOf(other)) then
      return ("%s has come on «%s», where nobody has read it"):format(
        describe.value(pattern), other.name)
    end
  end
end

local function takenBefore(lane, codec, pattern)
  -- Bytes mean something in their own codec alone.
  local isReadable = { [lane] = true }
  for _, other in ipairs(conversations.listOpen()) do
    if other.codec == codec then isReadable[other.name] = true end
  end
  local last, count = nil, 0
  for _, event in ipairs(host.received(COUNT)) do
    local isCandidate = not last and isReadable[event.lane] or last and event.lane == last.lane
    if isCandidate and holds(codec, pattern, event.bytes) then
      last, count = last or event, count + 1
    end
  end
  if not last then return nil end
  local where = last.lane == lane and "before" or ("on «%s»"):format(last.lane)
  return ("%s had come %s%s: %staken %s after %s"):format(describe.value(pattern),
    count > 1 and count .. " times " or "", where, count > 1 and "last " or "", last.place,
    last.time)
end

---Says where what a failed wait or expectation wanted has been; nil where the script may catch the
---failure, which then would be looked into again and again.
---@param lane string  of the conversation that has failed
---@param codec Codec
---@param pattern any
---@return string? note
function sightings.note(lane, codec, pattern)
  if not isTelling(pattern) or expiring.isProtected() then return nil end
  return unreadElsewhere(lane, codec, pattern) or takenBefore(lane, codec, pattern)
end

return sightings
