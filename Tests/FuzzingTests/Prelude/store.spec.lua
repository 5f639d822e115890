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
