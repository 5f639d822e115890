-- Runs the specs of the prelude of fuzzing in stock Lua, all or those that are named:
--
--     lua5.4 Tests/FuzzingTests/Prelude/run.lua [NAME…]
--
-- A spec file gets `test(name, fn)` and the harness.

local here = debug.getinfo(1, "S").source:match("^@(.*/)") or "./"
local harness = dofile(here .. "harness.lua")

local specs = {
  "randomness", "tape", "generator", "block", "mutation", "shrinking", "machine",
  "store", "state", "aflstats", "corpus", "verdicts", "reproducer", "servers",
  "investigation", "steplines", "cases", "patience", "harvest", "findings", "luarandom", "leaks",
  "fuzzing",
}

dofile(here .. "../../ScenarioTests/Prelude/runner.lua")(here, harness, #arg > 0 and arg or specs)
