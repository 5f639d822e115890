-- Facts about a message that did not match which a reader would want to know.

local host = ...
local describe, patterns = host.prelude.describe, host.prelude.patterns

local hints = {}

---Texts that are longer are not looked at: to compare their forms would take longer than to read them.
local LIMIT <const> = 1 << 16

---What makes a text another one as a Lua pattern.
local MAGIC <const> = "[%^%$%(%)%%%.%[%]%*%+%-%?]"

---Whether a text found as a Lua pattern is in the message; a broken pattern is in none.
local function findsAsPattern(message, text)
  local valid, first = pcall(string.find, message, text)
  return valid and first ~= nil
end

---Whether one text is the beginning of the other: a pattern that finds it would hide the rest.
local function isBeginning(message, text)
  local length = math.min(#message, #text)
  return message:sub(1, length) == text:sub(1, length)
end

local function mayBePattern(message, text)
  return text:find(MAGIC) and not isBeginning(message, text)
    and findsAsPattern(message, text)
end

---Whether a pattern's text is in the message as it stands, which the pattern says in another way.
local function mayBePlain(message, pattern)
  local text = patterns.isPattern(pattern) and rawget(pattern, "text")
  return text and #message <= LIMIT and text:find(MAGIC) and message:find(text, 1, true)
end

local function asPattern(text)
  return ("as a Lua pattern it is found: pattern(%s)"):format(describe.bytes(text, 60))
end

local function asPlain(pattern)
  return ("as plain text it is found: %s"):format(describe.bytes(pattern.text, 60))
end

local function ofTexts(message, text)
  if #message > LIMIT or #text > LIMIT then return nil end
  if message:gsub("[\r\n]+$", "") == text:gsub("[\r\n]+$", "") then
    return message:sub(-1) == "\r" and text:sub(-1) ~= "\r"
      and "equal but for the CR at the end: the peer sends CR LF, which codec = \"crlf\" takes off"
      or "equal but for the line end"
  end
  if message:lower() == text:lower() then return "equal but for upper and lower case" end
  if message:gsub("%s+", "") == text:gsub("%s+", "") then return "equal but for blanks" end
  if mayBePattern(message, text) then
    return asPattern(text)
  end
end

---What explains that a message is not what a pattern accepts.
---@param pattern any
---@param message any
---@return string[]? notes
function hints.of(pattern, message)
  local hint
  if type(pattern) == "string" and type(message) == "string" then
    hint = ofTexts(message, pattern)
  elseif type(pattern) == "number" and tostring(pattern) == message then
    hint = "the message is a string, the pattern a number"
  elseif type(message) == "number" and tostring(message) == pattern then
    hint = "the message is a number, the pattern a string"
  elseif type(message) == "string" and mayBePlain(message, pattern) then
    hint = asPlain(pattern)
  end
  return hint and { hint }
end

---The same of what has come on a stream and does not hold what is looked for.
---@param kind WaitKind
---@param pattern any
---@param unread string
---@return string? note
function hints.inStream(kind, pattern, unread)
  if kind ~= "seek" or #unread > LIMIT then return nil end
  if mayBePlain(unread, pattern) then return asPlain(pattern) end
  if type(pattern) == "string" and pattern:find(MAGIC) and findsAsPattern(unread, pattern) then
    return asPattern(pattern)
  end
end

return hints
