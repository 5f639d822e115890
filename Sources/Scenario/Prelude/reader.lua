-- The `r` of a codec's `decode(r)`: what has come and is not yet a message.
--
-- A message is taken as a whole or not at all: `begin` goes back to where the last whole message
-- ended, so one that timed out half way is read again from its first byte. No byte is joined or
-- searched again for each arrival: a long message costs what a short one costs for each byte.

local host = ...
local class = host.prelude.class

local find, sub, unpack = string.find, string.sub, string.unpack

---@class Source  where a reader gets its bytes
---@field pull fun(self): string?, string?  waits for bytes, on sockets that keep boundaries for one
---  packet; nil and how it ended at the end
---@field soon fun(self): string?  the bytes that come within a moment
---@field ended fun(self, ending: string)  raises that the end came inside a message
---@field malformed fun(self, problem: string, consumed: integer)  raises that no message can be read
---  here, behind so many bytes of it

---@class Reader
---@field source Source
---@field buffer string  the bytes being read
---@field position integer  of the first byte of `buffer` that is not read
---@field start integer  of the first byte of the message in `buffer`
---@field kept string[]|false  what the message holds before `buffer`
---@field arrived string[]|false  what has come after `buffer`
---@field messages integer  committed so far
---@field size integer  their bytes
---@field keepsBoundaries boolean  no message goes beyond the packet in which it begins
---@field holdsEmptyPacket boolean  an empty packet has come that no message is made of yet
---@field blank string|false  the Lua pattern of bytes that belong to no message
local Reader = class.make("reader")

local reader = {}

---@param source Source
---@return Reader
function reader.new(source)
  return setmetatable({
    source = source, buffer = "", position = 1, start = 1, kept = false, arrived = false,
    messages = 0, size = 0, keepsBoundaries = false, holdsEmptyPacket = false,
    blank = source.codec and source.codec.blank or false,
  }, Reader)
end

---Goes to the first byte after the last whole message; there already, unless one was given up.
function Reader:begin()
  if self.kept or self.arrived then
    local kept = self.kept and table.concat(self.kept) or ""
    local arrived = self.arrived and table.concat(self.arrived) or ""
    self.buffer, self.start = kept .. sub(self.buffer, self.start) .. arrived, 1
    self.kept, self.arrived = false, false
  end
  self.position = self.start
end

---Ends a message: what was read since `begin` is gone from the reader.
---@return string bytes  of the message
function Reader:commit()
  local bytes, start, position = self.buffer, self.start, self.position
  if position > #bytes then
    self.buffer, self.position, self.start = "", 1, 1
    if start > 1 then bytes = sub(bytes, start) end
  else
    self.start = position
    bytes = sub(bytes, start, position - 1)
  end
  if self.kept then
    bytes = table.concat(self.kept) .. bytes
    self.kept = false
  end
  self.messages, self.size = self.messages + 1, self.size + #bytes
  return bytes
end

---Whether what is unread may be a part of a message.
local function holdsMessage(self)
  if self.holdsEmptyPacket then return true end
  if self.start > #self.buffer then return false end
  return not (self.blank and find(self.buffer, self.blank, self.start))
end

---What has come and belongs to no whole message.
---@return string
function Reader:unread()
  self:begin()
  return holdsMessage(self) and sub(self.buffer, self.start) or ""
end

---What has come and belongs to no whole message, also while a codec waits for more of it.
---@return string
function Reader:pending()
  return (self.kept and table.concat(self.kept) or "") .. sub(self.buffer, self.start)
    .. (self.arrived and table.concat(self.arrived) or "")
end

---What has been read of the message so far.
---@return string
function Reader:taken()
  local recent = sub(self.buffer, self.start, self.position - 1)
  return self.kept and table.concat(self.kept) .. recent or recent
end

---How many bytes of the message have been read.
---@return integer
function Reader:consumed()
  local consumed = self.position - self.start
  for _, piece in ipairs(self.kept or {}) do consumed = consumed + #piece end
  return consumed
end

---Takes in bytes that belong to no message yet.
---@param chunk string
function Reader:add(chunk)
  self:begin()
  self.buffer, self.position, self.start = sub(self.buffer, self.start) .. chunk, 1, 1
  self.holdsEmptyPacket = self.keepsBoundaries and chunk == ""
end

---Waits, unless something is unread, until bytes come.
---@return boolean came
---@return string? ending  how the conversation ended, else
function Reader:more()
  self:begin()
  while not holdsMessage(self) do
    local chunk, ending = self.source:pull()
    if not chunk then return false, ending end
    self:add(chunk)
  end
  return true
end

local function keep(self, piece)
  if piece == "" then return end
  local kept = self.kept or {}
  kept[#kept + 1], self.kept = piece, kept
end

---Takes bytes in: they become the buffer if that has been read, and wait behind it if not.
local function enter(self, chunk)
  self.holdsEmptyPacket = false
  local length = #self.buffer
  if self.position > length and not self.arrived then
    if self.start <= length then keep(self, sub(self.buffer, self.start)) end
    self.buffer, self.position, self.start = chunk, 1, 1
  else
    local arrived = self.arrived or {}
    arrived[#arrived + 1], self.arrived = chunk, arrived
  end
end

---Whether the message has begun in a packet, beyond which it cannot go.
local function isInPacket(self)
  return self.keepsBoundaries and self.start <= #self.buffer
end

---Waits for more bytes.
local function fill(self)
  if isInPacket(self) then self:malformed("the packet ends before the message does") end
  local chunk, ending = self.source:pull()
  if not chunk then self.source:ended(ending) end
  enter(self, chunk)
  return chunk
end

---Makes what is unread one string; what the message has used is kept apart, not copied again.
local function join(self)
  if not self.arrived then return end
  keep(self, sub(self.buffer, self.start, self.position - 1))
  self.buffer = sub(self.buffer, self.position) .. table.concat(self.arrived)
  self.position, self.start, self.arrived = 1, 1, false
end

---Waits until the buffer holds so many unread bytes.
local function need(self, count)
  local missing = count - (#self.buffer - self.position + 1)
  while missing > 0 do missing = missing - #fill(self) end
  join(self)
end

---Waits until the delimiter is in the buffer; only what is new is searched.
local function search(self, delimiter)
  local overlap = #delimiter - 1
  local recent = sub(self.buffer, self.position)
  repeat
    recent = (overlap > 0 and sub(recent, -overlap) or "") .. fill(self)
  until find(recent, delimiter, 1, true)
  join(self)
end

---Searching as many bytes takes about as long as the moment in which more may come.
local LARGE = 1 << 18

---Waits for more than the buffer holds, and for at least one byte.
---
---Whoever searches all of a large buffer each time gets a quarter more, if that comes without a pause;
---so a search costs no more for each byte than it does in a small one.
function Reader:grow()
  local length = #self.buffer - self.position + 1
  local missing = length // 4 - #fill(self)
  while length > LARGE and missing > 0 do
    local chunk = self.source:soon()
    if not chunk then break end
    enter(self, chunk)
    missing = missing - #chunk
  end
  join(self)
end

---Waits for more than the buffer holds, unless the connection or the packet ends here.
---@return boolean came
function Reader:extend()
  if isInPacket(self) then return false end
  local chunk = self.source:pull()
  if not chunk then return false end
  enter(self, chunk)
  join(self)
  return true
end

---Waits for the next bytes.
---@param count integer
---@return string
function Reader:bytes(count)
  if math.type(count) ~= "integer" or count < 0 then
    host.misuse("r:bytes takes a count of bytes, not " .. host.prelude.describe.value(count))
  end
  local last = self.position + count - 1
  if last > #self.buffer then
    need(self, count)
    last = self.position + count - 1
  end
  local position = self.position
  self.position = last + 1
  return sub(self.buffer, position, last)
end

---Waits for a delimiter and takes it.
---@param delimiter string  plain text, not a pattern
---@return string bytes  that stand before it
function Reader:until_(delimiter)
  if delimiter == "" then host.misuse("a delimiter cannot be empty") end
  if self.position > #self.buffer then fill(self) end
  local first, last = find(self.buffer, delimiter, self.position, true)
  if not first then
    search(self, delimiter)
    first, last = find(self.buffer, delimiter, self.position, true)
  end
  local position = self.position
  self.position = last + 1
  return sub(self.buffer, position, first - 1)
end

---Waits for a line.
---@return string  without its "\n"
function Reader:line()
  return self:until_("\n")
end

---Takes everything that has come, and waits until that is at least one byte.
---@return string
function Reader:some()
  if self.position > #self.buffer then self:grow() end
  local position = self.position
  self.position = #self.buffer + 1
  return sub(self.buffer, position)
end

---Waits for a value of fixed size.
---@param format string  as of `string.unpack`, e.g. ">I4"
---@return any value
function Reader:unpack(format)
  return (unpack(format, self:bytes(string.packsize(format))))
end

---@class Reader
---@field u8 fun(self: Reader): integer  so i8, and those of 16, 32 and 64 bits in both orders of
---  bytes, as u16be and i64le; u64 is negative beyond `math.maxinteger`, as everywhere in Lua

local function addInteger(name, format)
  Reader[name] = function(self) return self:unpack(format) end
end

for sign, letter in pairs { u = "I", i = "i" } do
  addInteger(sign .. "8", letter .. 1)
  for _, size in ipairs { 2, 4, 8 } do
    addInteger(sign .. size * 8 .. "be", ">" .. letter .. size)
    addInteger(sign .. size * 8 .. "le", "<" .. letter .. size)
  end
end

---Waits for the next packet, and takes it, or what is left of the one in which the message begins.
---@return string
function Reader:packet()
  if not self.keepsBoundaries then
    host.misuse("a stream has no packets: r:packet needs kind = \"seqpacket\" or \"datagram\"")
  end
  if self.start > #self.buffer then
    if not self.holdsEmptyPacket then fill(self) end
    self.holdsEmptyPacket = false
  end
  local position = self.position
  self.position = #self.buffer + 1
  return sub(self.buffer, position)
end

---Fails the conversation: what has come is no message.
---@param problem string  what is wrong with which byte
---@param consumed? integer  how many bytes of the message stand before that; all that were read
function Reader:malformed(problem, consumed)
  self.source:malformed(problem, consumed or self:consumed())
end

return reader
