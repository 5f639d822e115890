-- Which findings become scenarios.
local test, harness = ...
local same = harness.same

local function obstacle(verdict, case, about)
  local host = harness.load()
  rawset(host.prelude, "servers", { options = not about and { command = { "x" } } or false })
  local finding = { verdict = verdict, playback = { cases = { case } } }
  return host.prelude.reproducer.obstacle(finding, about or {})
end

local function case(fields)
  local new = { steps = {}, lanes = { c = true }, opened = { { name = "c", wait = {} } } }
  for key, value in pairs(fields or {}) do new[key] = value end
  return new
end

test("a crash of the target becomes a scenario", function()
  same(obstacle({ kind = "crash" }, case()), nil)
end)

test("a check of the script does not", function()
  same(obstacle({ kind = "assertion", failure = {} }, case()), "only the script can tell that it fails")
end)

test("an error of the script does not", function()
  same(obstacle({ kind = "error" }, case()), "only the script can tell that it fails")
end)

test("what a server of the script fails at does not", function()
  same(obstacle({ kind = "assertion" }, case { listeners = { {} } }, {}), "its server is in the script")
end)

test("an end where something was expected becomes one", function()
  same(obstacle({ kind = "unexpected end", failure = { lane = "c" } }, case()), nil)
end)

test("a case that nobody has watched does not", function()
  same(obstacle({ kind = "crash" }, case { steps = false }), "it has not failed again while it was watched")
end)
