-- What a script loads besides itself: `load`, `loadfile`, `dofile` and `require`, which look at the
-- globals of a text as parley does at those of the script.

local host = ...
local load, loadfile = host.load, host.loadfile

local loading = {}

---What is wrong with the globals of a chunk. Who has given the globals an `__index` answers for what
---is not among them.
---@param chunk function
---@return string? problem  with the file and the line
local function problemOf(chunk)
  local meta = getmetatable(_G)
  if type(meta) ~= "table" or rawget(meta, "__index") == nil then
    local line, sentence = host.unknownGlobal(string.dump(chunk))
    if not line then return nil end
    return ("%s:%d: %s"):format(debug.getinfo(chunk, "S").short_src, line, sentence)
  end
end

---@return function? chunk
---@return string? problem
local function checked(chunk, problem)
  problem = problem or problemOf(chunk)
  if problem then return nil, problem end
  return chunk
end

---As Lua's `load`; a text that reads an unknown global is one that does not load.
---@param chunk string|fun(): string?
---@param ... any  the chunk's name, the mode, and an environment, whose names are not looked at
---@return function? chunk
---@return string? problem
function loading.load(chunk, ...)
  if select("#", ...) >= 3 then return load(chunk, ...) end
  return checked(load(chunk, ...))
end

---As Lua's `loadfile`, with the same check.
---@param ... any  the path, the mode, and an environment, whose names are not looked at
---@return function? chunk
---@return string? problem
function loading.loadfile(...)
  if select("#", ...) >= 3 then return loadfile(...) end
  return checked(loadfile(...))
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
