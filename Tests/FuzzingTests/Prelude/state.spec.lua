-- Which campaigns of a directory may be gone on with.
local test, harness = ...
local same = harness.same

local function problem(files, parts, resumes)
  local host = harness.load()
  function host.fileNames() return files.names end
  host.prelude.store.readJSON = function(path) return files[path] end
  local fine, raised = pcall(host.prelude.state.checkParts, "out", "block", parts, resumes)
  return not fine and raised.message or nil
end

local ofTwo = {
  names = { "block.1.state.json", "block.2.state.json", "block-2.state.json", "lock" },
  ["out/block.1.state.json"] = { shards = 2 }, ["out/block.2.state.json"] = { shards = 2 },
  ["out/block-2.state.json"] = { shards = 7 },
}

test("a campaign goes on with as many parts", function()
  same(problem(ofTwo, 2, true), nil)
end)

test("a campaign does not go on with other parts", function()
  local text = "the campaign in out shares its cases among 2, not among 3: resume it with the -j and "
    .. "--shard that it began with"
  same(problem(ofTwo, 3, true), text)
end)

test("a campaign of other parts is not written over", function()
  same(problem(ofTwo, 1, false), "out holds a campaign; --resume goes on with it")
end)
