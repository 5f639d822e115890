-- Classes of bytes, as `from` of g:bytes names them: "a-z0-9_".

local host = ...
local describe = host.prelude.describe

local alphabets = {}

---@type table<string, string>
local known = {}

local function collect(class)
  local bytes, seen = {}, {}
  local function add(code)
    if not seen[code] then
      seen[code] = true
      bytes[#bytes + 1] = string.char(code)
    end
  end
  local position = 1
  while position <= #class do
    local first, last = class:byte(position), class:byte(position + 2)
    if last and class:sub(position + 1, position + 1) == "-" and last >= first then
      for code = first, last do add(code) end
      position = position + 3
    else
      add(first)
      position = position + 1
    end
  end
  return table.concat(bytes)
end

---The bytes of a class, the simplest first.
---@param class string  bytes, and ranges such as "a-z"; "-" as itself stands first or last
---@param caller string
---@return string
function alphabets.read(class, caller)
  local alphabet = known[class]
  if alphabet then return alphabet end
  if type(class) ~= "string" or class == "" then
    host.misuse(('%s: from is a class of bytes such as "a-z0-9", not %s'):format(
      caller, describe.value(class)))
  end
  alphabet = collect(class)
  known[class] = alphabet
  return alphabet
end

return alphabets
