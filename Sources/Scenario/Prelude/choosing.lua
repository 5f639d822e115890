-- Taking messages that may come in any order, and messages of which any of several may come.

local host = ...
local prelude = host.prelude
local assignment, codecs, conversations = prelude.assignment, prelude.codecs, prelude.conversation
local describe, difference, matching = prelude.describe, prelude.difference, prelude.matching
local expecting, failure, patterns = prelude.expecting, prelude.failure, prelude.patterns

local Conversation = conversations.class
local match = expecting.match

local choosing = {}

local function named(list)
  local names = {}
  for index, pattern in ipairs(list) do names[index] = describe.value(pattern) end
  return table.concat(names, ", ")
end

---The pattern that a message misses in the fewest places; nil where none can be told from the others.
local function nearest(list, message)
  if #list == 1 then return list[1] end
  local best, fewest
  for _, pattern in ipairs(list) do
    local isShape = type(pattern) == "table" and type(message) == "table"
    local count = isShape and #difference.lines(matching.matches, pattern, message)
    if count and (not fewest or count < fewest) then best, fewest = pattern, count end
  end
  return best
end

local function mismatch(self, condition, message, notes, candidates)
  local fields = {
    kind = "mismatch", lane = self.name, notes = notes,
    message = ("expected the next message on «%s» to %s, got %s"):format(
      self.name, condition, codecs.shown(self.codec, message)),
  }
  local pattern = nearest(candidates, message)
  if pattern ~= nil then difference.add(fields, matching.matches, pattern, message) end
  failure.raise(fields)
end

local function refuse(self, assigned, matches, message)
  local open = assigned:open()
  mismatch(self, "match one of the patterns that are still open", message, {
    "still open: " .. named(open),
    #matches == 0 and "it matches none of the patterns"
      or "what it matches is taken by messages that came before",
  }, open)
end

---Takes a message, and gives it a pattern.
local function takeUnordered(self, assigned, span)
  local message = expecting.next(self, patterns.oneOf(assigned:open()), span)
  local isPlaced, matches = assigned:place(message, match)
  if not isPlaced then refuse(self, assigned, matches, message) end
end

---On a stream the text that stands first of what is still open counts.
local function findUnordered(self, assigned, span)
  local open = assigned:open()
  local index, text = expecting.seekFirst(self, open, span)
  assigned:place(text, function(pattern) return rawequal(pattern, open[index]) end)
end

---The next messages must match, one pattern each, in any order.
---@param list any[]  patterns
---@param opts? { timeout?: localsocket.Duration }  for all of them
---@return any[] messages  in the order of the patterns
function Conversation:expectUnordered(list, opts)
  expecting.checkList(list, "expectUnordered")
  local span, assigned, came = expecting.span(opts, "expectUnordered"), assignment.new(list), 0
  host.count()
  function span.progress() return expecting.part(came, #list) end
  local step = self.seek and findUnordered or takeUnordered
  while came < #list do
    step(self, assigned, span)
    came = came + 1
  end
  return assigned:messages()
end

---@alias Branch { [1]: any, [2]: fun(message: any, ...: string): ... }

local function checkBranches(branches)
  local form = "a branch of expectAny is { pattern, function(message) … end }"
  expecting.checkList(branches, "expectAny")
  for _, branch in ipairs(branches) do
    if type(branch) ~= "table" or branch[1] == nil then host.misuse(form) end
    if branch[2] ~= nil and type(branch[2]) ~= "function" then host.misuse(form) end
  end
end

local function patternsOf(branches)
  local list = {}
  for index, branch in ipairs(branches) do list[index] = branch[1] end
  return list
end

local chosen

local function orNext(self, list, index, message, matched, ...)
  if matched then return index, ... end
  return chosen(self, list, index + 1, message)
end

---The index of the first pattern that matches, then the message and the captures.
function chosen(self, list, index, message)
  if index > #list then
    mismatch(self, "match the pattern of a branch", message, { "tried: " .. named(list) }, list)
  end
  return orNext(self, list, index, message, match(list[index], message))
end

local function nextOf(self, list, span)
  if self.seek then return expecting.seekFirst(self, list, span) end
  return chosen(self, list, 1, expecting.next(self, patterns.oneOf(list), span))
end

local choose

---The branch's value, unless that is `again`.
local function unlessAgain(self, branches, list, span, value, ...)
  if value == prelude.again then return choose(self, branches, list, span) end
  return value, ...
end

local function run(self, branches, list, span, index, ...)
  local fn = branches[index][2]
  if not fn then return ... end
  return unlessAgain(self, branches, list, span, fn(...))
end

function choose(self, branches, list, span)
  return run(self, branches, list, span, nextOf(self, list, span))
end

---The next message must match the pattern of a branch, whose function is called with it and the
---captures; if that returns `again`, so must the one after it.
---@param branches Branch[]  without a function the value is the message
---@param opts? { timeout?: localsocket.Duration }  for all messages
---@return any ...  what the branch's function returns
function Conversation:expectAny(branches, opts)
  checkBranches(branches)
  local span = expecting.span(opts, "expectAny")
  host.count()
  return choose(self, branches, patternsOf(branches), span)
end

return choosing
