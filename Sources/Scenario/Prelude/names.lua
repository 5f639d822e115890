-- The names of conversations and listeners, which reports show as «name»: each is given once.

local names = {}

local taken = {}

---A name that nobody has yet: "c", then "c-2".
---@param wanted string
---@return string
function names.take(wanted)
  local name, number = wanted, 1
  while taken[name] do
    number = number + 1
    name = wanted .. "-" .. number
  end
  taken[name] = true
  return name
end

---The name that a socket's path suggests: its last part.
---@param path string
---@return string
function names.ofPath(path)
  return path:match("([^/]+)/*$") or path
end

return names
