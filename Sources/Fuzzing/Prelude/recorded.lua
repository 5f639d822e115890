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

local SIXTY_FOUR <const> = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"

---The bytes of a text in base64.
local function fromBase64(text)
  local bytes, bits, count = {}, 0, 0
  for digit in text:gmatch("[%w+/]") do
    bits, count = bits << 6 | SIXTY_FOUR:find(digit, 1, true) - 1, count + 6
    if count >= 8 then
      count = count - 8
      bytes[#bytes + 1] = string.char(bits >> count & 0xFF)
    end
  end
  return table.concat(bytes)
end

local function fromHex(text)
  return (text:gsub("%x%x", function(digits) return string.char(tonumber(digits, 16)) end))
end

---What was sent, as event logs and findings have it where it is no text.
local function bytesOf(event)
  if type(event.base64) == "string" then return fromBase64(event.base64) end
  if type(event.hex) == "string" then return fromHex(event.hex) end
  return event.text or event.bytes or event.data
end

---What the client sent, in a line of an event log or of a recording.
---@param served table<string, boolean>  the lanes of the script's own servers, to which it adds
local function sentIn(line, served)
  if line:sub(1, 1) == ">" then return line:sub(3) .. "\n" end
  if line:sub(1, 1) ~= "{" then return nil end
  local isAccepted = line:find('"accepted"', 1, true)
  local sent = line:find('"sent"', 1, true) or line:find('"dir"%s*:%s*">"')
  if not sent and not isAccepted then return nil end
  local event = json.value(line)
  if type(event) ~= "table" then return nil end
  local lane = ("%s %s"):format(event.scenario, event.lane)
  if event.event == "accepted" then served[lane] = true end
  if event.event == "accepted" or event.event == "received" or served[lane] then return nil end
  return bytesOf(event)
end

local function read(file)
  local opened, problem = io.open(file, "rb")
  if not opened then broken(file, problem) end
  local messages, served = {}, {}
  for line in opened:lines() do
    local bytes = sentIn(line, served)
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
