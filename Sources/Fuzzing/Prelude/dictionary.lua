-- Words that mean something to a target, in the format of AFL's dictionaries: `g:dictionary`.

local host = ...
local prelude = host.prelude
local describe, failure = prelude.describe, prelude.failure

local Generator = prelude.generator.class

local escapes = { n = "\n", r = "\r", t = "\t", ["0"] = "\0" }

---@type table<string, string[]>  by the file
local known = {}

local function unescaped(text)
  text = text:gsub("\\(.)(%x?%x?)", function(letter, digits)
    if letter == "x" and #digits == 2 then return string.char(tonumber(digits, 16)) end
    return (escapes[letter] or letter) .. digits
  end)
  return text
end

local function broken(file, number, line)
  failure.raise {
    kind = "environment",
    message = ('the dictionary %s: line %d is not NAME="WORD": %s'):format(
      file, number, describe.bytes(line, 60)),
  }
end

local function read(file)
  local opened, problem = io.open(file, "rb")
  if not opened then
    failure.raise { kind = "environment", message = "cannot read the dictionary " .. problem }
  end
  local words, number = {}, 0
  for line in opened:lines() do
    number = number + 1
    line = line:match("^%s*(.-)%s*$")
    if line ~= "" and line:sub(1, 1) ~= "#" then
      local word = line:match('^[^"]*"(.*)"$')
      if not word then broken(file, number, line) end
      words[#words + 1] = unescaped(word)
    end
  end
  opened:close()
  if #words == 0 then
    failure.raise { kind = "environment", message = "the dictionary " .. file .. " has no words" }
  end
  return words
end

---One of the words of a file.
---@param file string  lines such as kw1="GET\x20", as AFL reads them
---@return string
function Generator:dictionary(file)
  local words = known[file]
  if not words then
    words = read(file)
    known[file] = words
  end
  return self:pick(words)
end
