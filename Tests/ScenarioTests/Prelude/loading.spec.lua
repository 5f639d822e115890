-- What a script loads: the globals of a text must be known.
local test, harness = ...
local same = harness.same

---The chunk, with a host that knows no global named `xyzzy`.
local function new()
  local host = harness.load()
  function host.unknownGlobal(code)
    if code:find("xyzzy", 1, true) then return 3, 'there is no global "xyzzy"' end
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
  return assert(table.unpack(results, 1, results.n))
end

test("a text that reads an unknown global does not load", function()
  local loading = new()
  same({ loading.load("return xyzzy", "=text") }, { nil, 'text:3: there is no global "xyzzy"' })
  same(loading.load("return 1 + ...")(1), 2)
  same(select("#", loading.load("return 1")), 1)
  same({ loading.load("x x", "=text") }, { nil, "text:1: syntax error near 'x'" })
end)

test("the names of an environment of its own are not looked at", function()
  same(new().load("return xyzzy", "=text", "t", { xyzzy = 1 })(), 1)
end)

test("whoever gives the globals an index answers for them", function()
  local loading = new()
  setmetatable(_G, { __index = function() return 7 end })
  local chunk = loading.load("return xyzzy")
  local value = chunk and chunk()
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
