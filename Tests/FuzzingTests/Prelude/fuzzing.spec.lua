-- What a script declares.
local test, harness = ...
local same = harness.same

test("what a target leaves behind is no failure of a fuzz block", function()
  local host = harness.load()
  host.prelude.fuzzing.fuzz("block", function() end)
  local allowed = {}
  for _, check in ipairs(host.declared.options.allow) do allowed[check] = true end
  same(allowed.leaks, true)
end)
