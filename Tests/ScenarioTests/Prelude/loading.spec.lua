-- The files that a script loads: their globals must be known.
local test, harness = ...
local same = harness.same

---The chunk, with a host that knows no global named `xyzzy` in a file that has a path.
local function new()
  local host = harness.load()
  function host.unknownGlobal(code, path)
    if path and code:find("xyzzy", 1, true) then return 3, 'there is no global "xyzzy"' end
  end
  return host.prelude.loading
end

---A file with a text, while a function runs.
local function withFile(text, fn)
  local path = os.tmpname()
  local file = assert(io.open(path, "w"))
  file:write(text)
  file:close()
  local results = table.pack(pcall(fn, path))
  os.remove(path)
  return select(2, assert(table.unpack(results, 1, results.n)))
end

test("whoever gives the globals an index answers for them", function()
  local loading = new()
  setmetatable(_G, { __index = function() return 7 end })
  local value = withFile("return xyzzy", function(path)
    local chunk = loading.loadfile(path)
    return chunk and chunk()
  end)
  setmetatable(_G, nil)
  same(value, 7)
end)

test("a file that reads an unknown global is told of with its name", function()
  local loading = new()
  withFile("return xyzzy", function(path)
    local problem = path .. ':3: there is no global "xyzzy"'
    same({ loading.loadfile(path) }, { nil, problem })
    same(harness.raised(loading.dofile, path), problem)
    same(loading.loadfile(path, "t", { xyzzy = 2 })(), 2)
    package.path, path = path, package.path
    local raised = harness.raised(loading.search, "mine")
    package.path, path = path, package.path
    same(raised, ("error loading module 'mine' from file '%s':\n\t%s"):format(path, problem))
  end)
end)

test("a file that knows its globals is loaded as by Lua", function()
  local loading = new()
  withFile("return ..., 5", function(path)
    same(loading.dofile(path), nil)
    same({ loading.loadfile(path)(4) }, { 4, 5 })
    local before = package.path
    package.path = path
    local loader, found = loading.search("mine")
    package.path = before
    same({ loader("mine"), found }, { "mine", path })
  end)
  same(loading.search("no.such.module"):find("no/such/module.lua", 1, true) ~= nil, true)
end)
