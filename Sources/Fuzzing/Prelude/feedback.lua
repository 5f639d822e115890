-- What makes a case worth keeping: edges that the target passed for the first time, or, where it
-- counts none, a reply of a kind that never came in this place.

local find, gsub, match, sub = string.find, string.gsub, string.match, string.sub

local feedback = {}

---@class Feedback
---@field package seen table<string, boolean>
---@field package classes table<string, string>  of replies
---@field package classCount integer
---@field count integer  of what was seen
---@field map table|false  the target's coverage
local Feedback = {}
Feedback.__index = Feedback

---@param map table|false
---@return Feedback
function feedback.new(map)
  return setmetatable({ seen = {}, classes = {}, classCount = 0, count = 0, map = map }, Feedback)
end

---The most bytes of a reply that tell its kind: of one that may be about an error, and of others, in
---which data follow.
local TOLD, WORD = 48, 12

---A reply without what differs each time: data, numbers, words in quotes, long names.
local function classOf(bytes)
  local line = match(sub(bytes, 1, TOLD), "^[^\r\n]*")
  if not find(line, "^%-") and not find(line, "[Ee][Rr][Rr]") then
    line = sub(match(line, "^[^ ]*"), 1, WORD)
  end
  local text = gsub(gsub(line, "[^%g ]+", "?"), '"[^"]*"', '"')
  return gsub(gsub(text, "%d+", "N"), "%l%l%l%l%l%l%l%l%l+", "W")
end

local LIMIT = 20000

local function classified(self, bytes)
  local class = self.classes[bytes]
  if class then return class end
  if self.classCount > LIMIT then self.classes, self.classCount = {}, 0 end
  class = classOf(bytes)
  self.classes[bytes], self.classCount = class, self.classCount + 1
  return class
end

local function note(self, case, key)
  if self.seen[key] or self.count > LIMIT then return end
  self.seen[key], self.count = true, self.count + 1
  case.news = case.news + 1
end

---Takes a reply.
---@param case Case
---@param bytes string
function Feedback:reply(case, bytes)
  local class = classified(self, bytes)
  local request = match(sub(case.lastSent, 1, 24), "^%W*([%a_]*)") or ""
  note(self, case, case.lastClass .. "\0" .. request .. "\0" .. class)
  case.lastClass = class
end

---What a case that is over has brought.
---@param case Case
---@param keeps boolean  whether that is known from now on
---@return integer news
---@return integer edges  of the news those that were never passed
function Feedback:judge(case, keeps)
  local states = case.g.states
  if states then
    for name in pairs(states) do note(self, case, "state\0" .. name) end
  end
  if not self.map then return case.news, 0 end
  local edges, counts = self.map:judge(keeps)
  return case.news + edges + counts, edges
end

---How much was seen.
---@return integer
function Feedback:known()
  return self.map and self.map:known() or self.count
end

return feedback
