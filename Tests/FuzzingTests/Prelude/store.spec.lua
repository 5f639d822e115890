-- Files of findings and campaigns.
local test, harness = ...
local same = harness.same

local function new() return harness.load().prelude.store end

test("a name for a file is of any text", function()
  local store = new()
  same(store.slug("SIGSEGV in foo::bar < main"), "sigsegv-in-foo-bar-main")
  same(store.slug("…"), "x")
end)

test("a history is written and read", function()
  local store = new()
  local list = { { true, 5, "ab" }, {}, { 1.5 } }
  same(store.decodeHistory(store.encodeHistory(list)), list)
end)

test("what is no history is none", function()
  local store = new()
  same(store.decodeHistory(""), nil)
  same(store.decodeHistory("nonsense"), nil)
  same(store.decodeHistory(store.encodeHistory { { 1 } }:sub(1, -2)), nil)
end)

test("a file is written as a whole", function()
  local store, path = new(), os.tmpname()
  store.writeJSON(path, { a = 1 })
  same(store.readJSON(path), { a = 1 })
  os.remove(path)
  same(store.readJSON(path), nil)
end)

test("a finding that is none says why", function()
  local store = new()
  local finding, problem = store.finding("/nonexistent")
  same({ finding, problem }, { nil, "it has no finding.json that can be read" })
end)

local function workers()
  local host = harness.load()
  local directory = harness.directory(host)
  rawset(host.prelude, "reproducer", { script = function() return "" end })
  rawset(host.prelude, "servers", { PATH_LENGTH = 60 })
  local function save(signature, earlier)
    return host.prelude.store.save(directory, {
      verdict = { signature = signature, kind = "crash" }, tapes = { { 1 } },
    }, { name = "block" }, earlier)
  end
  return host, directory, save
end

test("the same finding is saved once, and another of its name beside it", function()
  local host, directory, save = workers()
  same({ save("a b") }, { directory .. "/block/a-b", true })
  same({ save("a b") }, { directory .. "/block/a-b", false })
  same({ save("a/b") }, { directory .. "/block/a-b-2", true })
  same(host.fileNames(directory), { "block" })
  same(#host.prelude.store.saved(directory, "block"), 2)
  os.execute(("rm -r '%s'"):format(directory))
end)

test("a directory in which another worker writes is not taken", function()
  local host, directory, save = workers()
  host.makeDirectories(directory .. "/block/a-b")
  io.open(directory .. "/block/a-b/tape", "w"):close()
  same({ save("a b") }, { directory .. "/block/a-b-2", true })
  os.execute(("rm -r '%s'"):format(directory))
end)

test("a finding that is replaced is never away before the other has its name", function()
  local host, directory, save = workers()
  local old = save("a b")
  local rename, counts = os.rename, {}
  function os.rename(from, to)
    counts[#counts + 1] = #host.prelude.store.saved(directory, "block")
    return rename(from, to)
  end
  local fine, problem = pcall(save, "a b", { old })
  os.rename = rename
  assert(fine, problem)
  for _, count in ipairs(counts) do assert(count > 0) end
  same(host.fileNames(directory .. "/block"), { "a-b" })
  os.execute(("rm -r '%s'"):format(directory))
end)
