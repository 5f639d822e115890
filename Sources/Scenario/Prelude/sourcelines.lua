-- Where a text stands in the script that passes it to the prelude.

local getinfo = debug.getinfo

local sourcelines = {}

---@type table<string, string|false>  what was read, by the name of the file
local files = {}

local function contents(path)
  if files[path] == nil then
    local file <close> = io.open(path, "rb")
    files[path] = file and file:read("a"):gsub("\r\n?", "\n") or false
  end
  return files[path]
end

---The innermost function of a script.
local function caller()
  local level = 3
  local frame = getinfo(level, "Sl")
  while frame and (frame.what == "C" or frame.source:find("^=%[parley%]")) do
    level = level + 1
    frame = getinfo(level, "Sl")
  end
  return frame
end

local function lineAt(source, position)
  local _, count = source:sub(1, position - 1):gsub("\n", "")
  return count + 1
end

---The line of the calling script on which a text of it begins: the first at or behind the call,
---else the last before it.
---@param text string
---@return integer|false line  false where the text does not stand in it as it is
---@return string? file
function sourcelines.find(text)
  local frame = caller()
  local source = frame and frame.source:find("^@") and contents(frame.source:sub(2))
  local line, position = false, source and text ~= "" and source:find(text, 1, true)
  while position do
    line = lineAt(source, position)
    if line >= frame.currentline then break end
    position = source:find(text, position + 1, true)
  end
  return line, line and frame.source:sub(2) or nil
end

return sourcelines
