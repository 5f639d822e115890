-- Conversations that were recorded, as a beginning for others: `g:recorded`.

local host = ...
local prelude = host.prelude
local describe, failure, json = prelude.describe, prelude.failure, prelude.jsonreading
local shapes = prelude.shapes

local Generator = prelude.generator.class

---@type table<string, string[]>  by the file
local known = {}

local function broken(file, problem)
  failure.raise {
    kind = "environment", message = ("cannot read the recording %s: %s"):format(file, problem),
  }
end

---What the client sent, in a line of an event log or of a recording.
local function sentIn(line)
  if line:sub(1, 1) == ">" then return line:sub(3) .. "\n" end
  if line:sub(1, 1) ~= "{" then return nil end
  local sent = line:find('"sent"', 1, true) or line:find('"dir"%s*:%s*">"')
  if not sent then return nil end
  local event = json.value(line)
  if type(event) ~= "table" then return nil end
  return event.text or event.bytes or event.data
end

local function read(file)
  local opened, problem = io.open(file, "rb")
  if not opened then broken(file, problem) end
  local messages = {}
  for line in opened:lines() do
    local bytes = sentIn(line)
    if type(bytes) == "string" then messages[#messages + 1] = bytes end
  end
  opened:close()
  if #messages == 0 then broken(file, "nothing in it was sent") end
  return messages
end

local MOVES = { { 40 }, { 4 }, { 2 }, { 2 }, { 1 } }

---What was sent in a recording, some of it changed, left out or said twice.
---@param file string  lines "> text" of what was sent, or an event log
---@return string[] messages
function Generator:recorded(file)
  if type(file) ~= "string" then host.misuse("g:recorded takes a file, not " .. describe.value(file)) end
  local messages = known[file] or read(file)
  known[file] = messages
  local weights = {}
  for index, move in ipairs(MOVES) do weights[index] = move[1] end
  local shape, result = prelude.generator.weightedShape(weights), {}
  for _, message in ipairs(messages) do
    local span = self.tape:open("recorded")
    local way = self.tape:choose(shape)
    if way == 2 then message = self:mutate(message) end
    if way ~= 3 then result[#result + 1] = message end
    if way == 4 then result[#result + 1] = message end
    if way == 5 then
      local other = self.tape:choose(shapes.index(#messages))
      result[#result + 1] = messages[other]
    end
    self.tape:close(span)
  end
  return result
end
