-- Which pattern stands for which message, one for one, where a message may match several patterns.
--
-- A message that comes takes a pattern that is free, or one whose message can go over to another
-- pattern, and so on: an augmenting path of the bipartite graph (Kuhn's algorithm). To give each
-- message the first free pattern would fail where patterns overlap.

local host = ...
local class = host.prelude.class

---@class Assignment
---@field patterns any[]
---@field holders table<integer, Candidate>  by the index of the pattern
local Assignment = class.make("assignment")

---@class Candidate  a message, and which patterns it matches
---@field message any
---@field matches integer[]

local assignment = {}

---@param patterns any[]
---@return Assignment
function assignment.new(patterns)
  return setmetatable({ patterns = patterns, holders = {} }, Assignment)
end

local function place(holders, candidate, visited)
  for _, index in ipairs(candidate.matches) do
    if not visited[index] then
      visited[index] = true
      if not holders[index] or place(holders, holders[index], visited) then
        holders[index] = candidate
        return true
      end
    end
  end
  return false
end

---Gives a message a pattern; those that were given before may change theirs.
---@param message any
---@param match fun(pattern: any, message: any): boolean  is asked once for each pattern
---@return boolean isPlaced
---@return integer[] matches  the patterns that the message matches
function Assignment:place(message, match)
  local matches = {}
  for index, pattern in ipairs(self.patterns) do
    if match(pattern, message) then matches[#matches + 1] = index end
  end
  return place(self.holders, { message = message, matches = matches }, {}), matches
end

---The patterns that no message has.
---@return any[]
function Assignment:open()
  local open = {}
  for index, pattern in ipairs(self.patterns) do
    if not self.holders[index] then open[#open + 1] = pattern end
  end
  return open
end

---The messages, in the order of their patterns.
---@return any[]
function Assignment:messages()
  local messages = {}
  for index in ipairs(self.patterns) do messages[index] = self.holders[index].message end
  return messages
end

return assignment
