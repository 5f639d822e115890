-- The files that a script loads besides itself, with `loadfile`, `dofile` and `require`: parley looks at
-- the globals of those that lie beside it as at its own.

local host = ...
local loadfile = host.loadfile

local loading = {}

---What is wrong with the globals of a chunk. Who has given the globals an `__index` answers for what
---is not among them.
---@param chunk function
---@param path string  of its file
---@return string? problem  with the file and the line
local function problemOf(chunk, path)
  local meta = getmetatable(_G)
  if type(meta) ~= "table" or rawget(meta, "__index") == nil then
    local line, sentence = host.unknownGlobal(string.dump(chunk), path)
    if not line then return nil end
    return ("%s:%d: %s"):format(debug.getinfo(chunk, "S").short_src, line, sentence)
  end
end

---As Lua's `loadfile`; a file beside the script that reads an unknown global is one that does not load.
---@param path? string
---@param ... any  the mode, and an environment, whose names are not looked at
---@return function? chunk
---@return string? problem
function loading.loadfile(path, ...)
  local chunk, problem = loadfile(path, ...)
  if chunk and path and select("#", ...) < 2 then problem = problemOf(chunk, path) end
  if problem then return nil, problem end
  return chunk
end

---As Lua's `dofile`, with the same check.
---@param path? string
---@return any ...
function loading.dofile(path)
  local chunk, problem = loading.loadfile(path)
  if not chunk then error(problem, 0) end
  return chunk()
end

---The searcher of `require` for modules in Lua, with the same check.
---@param name string
---@return function|string  the loader, or where it has looked
---@return string? path
function loading.search(name)
  local path, problem = package.searchpath(name, package.path)
  if not path then return problem end
  local chunk
  chunk, problem = loading.loadfile(path)
  if chunk then return chunk, path end
  error(("error loading module '%s' from file '%s':\n\t%s"):format(name, path, problem), 0)
end

return loading
