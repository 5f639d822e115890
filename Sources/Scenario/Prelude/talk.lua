-- Talk blocks: a conversation written as lines, which either side can play.

local host = ...
local prelude = host.prelude
local conversations, describe, expecting = prelude.conversation, prelude.describe, prelude.expecting
local failure, marking, options = prelude.failure, prelude.marking, prelude.options
local patterns, sourcelines, template = prelude.patterns, prelude.sourcelines, prelude.template

local Conversation = conversations.class

---@class Step  one line that does something
---@field number integer  of the line in the block, from 1
---@field text string  the line without the blanks around it
---@field kind "send"|"expect"|"end"|"reset"|"quiet"  as the client plays it
---@field refuse fun(problem: string)  raises misuse that names the line
---@field pieces? Template
---@field message? any  of a codec that parses texts; marks stand for the holes
---@field duration? number  milliseconds

---@class Block  where a block stands in its script
---@field line integer|false  its first line, if it is known
---@field file string?
---@field problem string?  what is wrong with it
---@field number integer?  of the line where that is

---Raises misuse that names a line.
local function refuser(number, text, block)
  return function(problem)
    block.problem, block.number = block.problem or problem, number
    problem = ("talk %s: %s"):format(describe.bytes(text), problem)
    if block.line then
      error(("%s:%d: %s"):format(block.file, block.line + number - 1, problem), 0)
    end
    host.misuse(("line %d of the block: %s"):format(number, problem))
  end
end

local function parseText(step, text, parse, refuse)
  step.pieces = template.parse(text, refuse)
  if not parse then return end
  local isParsed, message = pcall(marking.parse, step.pieces, parse)
  if not isParsed then refuse((tostring(message):gsub("^[^\n]-:%d+: ", ""))) end
  step.message = message
end

local ends = { ["<eof>"] = "end", ["<reset>"] = "reset" }

local parsers = {
  [">"] = function(step, text, codec, refuse)
    step.kind = "send"
    parseText(step, text, codec.parse, refuse)
  end,
  ["<"] = function(step, text, codec, refuse)
    step.kind = ends[text:match("^(%S+)%s*$")] or "expect"
    if step.kind == "expect" then
      parseText(step, text, codec.parseReply or codec.parse, refuse)
    end
  end,
  ["~"] = function(step, text, _, refuse)
    step.kind = "quiet"
    local isDuration, duration = pcall(options.span, text, "the silence")
    if not isDuration then refuse(("%s is no duration"):format(describe.bytes(text))) end
    step.duration = duration
  end,
}

---A line that sends holds only what lines before it have captured.
local function checkNames(step, known, refuse)
  for hole in template.holes(step.pieces or {}) do
    if step.kind == "expect" then
      if hole.name then known[hole.name] = true end
    elseif not hole.name or hole.pattern or not known[hole.name] then
      refuse(("%s stands for no text that was captured before"):format(hole.source))
    end
  end
end

---The steps of a block; all that is wrong with it is found before anything is sent.
local function parse(script, codec, block)
  local steps, known, number = {}, {}, 0
  for line in (script .. "\n"):gmatch("(.-)\r?\n") do
    number = number + 1
    local text = line:match("^%s*(.*)$")
    local mark, rest = text:match("^([><~])%s?(.*)$")
    local refuse = refuser(number, text, block)
    if mark and (rest == "" or text:find("^.%s")) then
      local step = { number = number, text = text }
      parsers[mark](step, rest, codec, refuse)
      checkNames(step, known, refuse)
      step.refuse = refuse
      steps[#steps + 1] = step
    elseif text ~= "" and not text:find("^#") then
      refuse('a line begins with "> ", "< ", "~ " or "# "')
    end
  end
  return steps
end

local function keep(captures, names, _, ...)
  for index, name in ipairs(names) do captures[name] = (select(index, ...)) end
end

---A pattern for messages that are no texts, but that the codec can show as such.
local function shown(codec, pattern, names, captures)
  return patterns.satisfying(describe.value(pattern), function(message)
    local text = type(message) == "string" and message or codec.show(message)
    if pattern == text then return true end
    if type(pattern) == "string" or not text:find(pattern.text) then return false end
    keep(captures, names, text, select(3, text:find(pattern.text)))
    return true
  end)
end

local function expectLine(self, step, captures)
  local codec, pieces = self.codec, step.pieces
  if codec.parse then return self:expect(marking.pattern(step.message, pieces, captures)) end
  local pattern, names = template.expectation(pieces, captures, self.seek ~= false)
  if codec.show then return self:expect(shown(codec, pattern, names, captures)) end
  keep(captures, names, self:expect(pattern))
end

local function sendLine(self, step, captures)
  local pieces = step.pieces
  if not self.codec.parse then return self:send(template.text(pieces, captures)) end
  self:send(template.holes(pieces)() and marking.message(step.message, pieces, captures)
    or step.message)
end

local client = {
  send = sendLine,
  expect = expectLine,
  quiet = function(self, step) self:quiet(step.duration) end,
  ["end"] = function(self) self:expectEnd() end,
  reset = function(self) self:expectEnd { reset = true } end,
}

local server = {
  send = expectLine,
  expect = function(self, step, captures)
    template.choose(step.pieces, captures, step.refuse)
    sendLine(self, step, captures)
  end,
  -- The client's silence must end after ours where it is the client that speaks next, else before.
  quiet = function(self, step, _, following)
    local speaks = following and following.kind == "send"
    self:quiet(speaks and step.duration / 2 or step.duration * 2)
  end,
  ["end"] = function(self) self:close() end,
  reset = function(self) self:abort() end,
}

---Makes what happens belong to a line of the block, and names the line where that fails.
local Place = {}

function Place:__close(raised)
  host.place(self.lane)
  local step = self.step
  if raised ~= nil and step then
    failure.remark(raised, ("line %d of the talk block: %s"):format(step.number, step.text))
  end
end

---Plays a conversation that is written as lines: "> " what the client sends, "< " what it gets,
---"~ " a silence, "# " a comment.
---@param script string
---@param side? "client"|"server"  which part is played; the client's by default
---@return table<string, any> captures
function Conversation:talk(script, side)
  if type(script) ~= "string" then
    host.misuse("talk takes a block of lines, not " .. describe.value(script))
  end
  local parts = { client = client, server = server }
  local part = parts[side or "client"] or host.misuse(
    ('the side of talk is "client" or "server", not %s'):format(describe.value(side)))
  local block = {}
  block.line, block.file = sourcelines.find(script)
  local steps, captures = parse(script, self.codec, block), {}
  local place <close> = setmetatable({ lane = self.name, step = false }, Place)
  for index, step in ipairs(steps) do
    place.step = step
    if block.line then host.place(self.name, block.line + step.number - 1) end
    part[step.kind](self, step, captures, steps[index + 1])
  end
  return captures
end

local talk = {}

---What is wrong with a block that nobody plays.
---@param script string
---@param codec Codec|table  without functions where it is not known
---@return string? problem
---@return integer? number  of the line
function talk.problem(script, codec)
  local block = {}
  if pcall(parse, script, codec, block) then return nil end
  return block.problem, block.number
end

return talk
