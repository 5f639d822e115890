-- The names of conversations and listeners, which reports show as «name»: each is given once.

local names = {}

---@type table<string, integer>  the names that are taken, with the number that was last added to each
local taken = {}

---A name that nobody has yet: "c", then "c-2".
---@param wanted string
---@return string
function names.take(wanted)
  local name, number = wanted, taken[wanted] or 1
  while taken[name] do
    number = number + 1
    name = wanted .. "-" .. number
  end
  taken[wanted], taken[name] = number, taken[name] or 1
  return name
end

---The name that a socket's path suggests: its last part.
---@param path string
---@return string
function names.ofPath(path)
  return path:match("([^/]+)/*$") or path
end

return names
