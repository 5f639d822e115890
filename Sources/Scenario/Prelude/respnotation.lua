-- RESP values as redis-cli writes them, on one line: `OK`, `"text"`, `(integer) 1`, `(nil)`,
-- `(error) ERR no`, `1) "a"  2) "b"`; and commands as one types them there.

local host = ...
local prelude = host.prelude
local describe, mark, null, numbers =
  prelude.describe, prelude.arrays.mark, prelude.null, prelude.numbers

local respnotation = {}

local MAX_DEPTH = 8

local write

local function writeEntries(message, depth)
  local entries, isList = {}, #message > 0
  for index, key in ipairs(describe.sortedKeys(message)) do
    local value = write(message[key], depth + 1)
    entries[index] = isList and ("%d) %s"):format(index, value)
      or ("%d# %s => %s"):format(index, write(key, depth + 1), value)
  end
  local text = table.concat(entries, "  ")
  return depth == 1 and text or "[" .. text .. "]"
end

---A text without quotes around it; what would break its line is escaped.
local function writeBare(text)
  return text:find("%c") and describe.escaped(text) or text
end

local function writeTable(message, depth)
  if message == null then return "(nil)" end
  if type(message.ok) == "string" then return writeBare(message.ok) end
  if type(message.err) == "string" then return "(error) " .. writeBare(message.err) end
  if next(message) == nil then return "(empty array)" end
  if depth > MAX_DEPTH then return "[…]" end
  return writeEntries(message, depth)
end

function write(message, depth)
  local kind = type(message)
  if kind == "string" then return describe.bytes(message) end
  if kind == "boolean" then return ("(%s)"):format(message) end
  if kind == "table" then return writeTable(message, depth) end
  if kind ~= "number" then return describe.value(message) end
  local name = math.type(message) == "integer" and "integer" or "double"
  return ("(%s) %s"):format(name, numbers.text(message))
end

---@param message any
---@return string
function respnotation.show(message)
  return describe.shortened(write(message, 1))
end

local escapes = { n = "\n", r = "\r", t = "\t", b = "\b", a = "\a" }

---What an escape in double quotes stands for, and the position behind it.
local function escaped(text, position)
  local code = text:match("^x(%x%x)", position)
  if code then return string.char(tonumber(code, 16)), position + 3 end
  local letter = text:sub(position, position)
  return escapes[letter] or letter, position + 1
end

---What an escape in single quotes stands for, in which only they can be escaped.
local function escapedSingly(text, position)
  local letter = text:sub(position, position)
  return letter == "'" and letter or "\\" .. letter, position + 1
end

---A text in quotes.
---@return string? value  nil without a closing quote
---@return integer? position  behind that
local function quoted(text, position)
  local quote, pieces = text:sub(position, position), {}
  local unescape = quote == "'" and escapedSingly or escaped
  position = position + 1
  while true do
    local plain, mark, after = text:match("^([^\\" .. quote .. "]*)(.)()", position)
    if not plain then return nil end
    pieces[#pieces + 1] = plain
    if mark == quote then return table.concat(pieces), after end
    pieces[#pieces + 1], position = unescape(text, after)
  end
end

---The words of a command, as redis-cli splits a line.
---@param text string
---@return string[]
function respnotation.words(text)
  local words, position = {}, text:find("%S")
  while position do
    local word, after
    if text:find("^[\"']", position) then
      word, after = quoted(text, position)
      if not word or text:find("^%S", after) then
        host.misuse("the quotes do not pair up in " .. describe.bytes(text))
      end
    else
      word, after = text:match("^(%S+)()", position)
    end
    words[#words + 1] = word
    position = text:find("%S", after)
  end
  if #words == 0 then host.misuse("a command has at least one word") end
  return words
end

local readReply

---The entries of `1) …  2) …`, up to the end or the bracket that closes a list in a list.
local function readEntries(text, position)
  local values, after = mark {}, position
  while after do
    values[#values + 1], position = readReply(text, after, true)
    after = text:match("^  %d+%) ()", position)
  end
  return values, position
end

local constants = { ["nil"] = null, ["true"] = true, ["false"] = false }

---The value of `(word) rest`.
local function readTyped(text, position)
  local word, after = text:match("^%((%a[%a ]*)%)()", position)
  if word == "empty array" then return mark {}, after end
  if constants[word] ~= nil then return constants[word], after end
  local number, behind = text:match("^ (%S-)()%f[%s%]\0]", after or position)
  local value = tonumber(number)
  if word == "integer" and math.type(value) == "integer" then return value, behind end
  if word == "double" and value then return value + 0.0, behind end
  if word == "error" then return { err = text:sub(after + 1) }, #text + 1 end
  host.misuse(("%s is no reply: %s"):format(describe.bytes(text), "(integer) 1 is one, or (nil)"))
end

---A bare text: alone the whole of it, in a list up to what ends the entry.
local function readStatus(text, position, isEntry)
  if not isEntry then return { ok = text }, #text + 1 end
  local status, after = text:match("^([^]]-)()  %d+%) ", position)
  if not status then status, after = text:match("^([^]]*)()", position) end
  return { ok = status }, after
end

function readReply(text, position, isEntry)
  if text:find('^"', position) then
    local value, after = quoted(text, position)
    if value then return value, after end
    host.misuse("the quotes do not pair up in " .. describe.bytes(text))
  end
  local first = text:match("^%[?1%) ()", position)
  if first then
    local values, after = readEntries(text, first)
    return values, text:match("^%]()", after) or after
  end
  if text:find("^%(%a", position) then return readTyped(text, position) end
  return readStatus(text, position, isEntry)
end

---The reply that a line stands for, as redis-cli would show it; a bare text is a status.
---@param text string
---@return any
function respnotation.reply(text)
  local value, position = readReply(text, 1)
  if position <= #text then
    host.misuse(("%s is no reply: nothing may stand behind byte %d"):format(
      describe.bytes(text), position - 1))
  end
  return value
end

return respnotation
