-- Runs the specs of the scenario prelude in stock Lua, all or those that are named:
--
--     lua5.4 Tests/ScenarioTests/Prelude/run.lua [NAME…]
--
-- A spec file gets `test(name, fn)` and the harness.

local here = debug.getinfo(1, "S").source:match("^@(.*/)") or "./"
local harness = dofile(here .. "harness.lua")

local specs = {
  "class", "describe", "failure", "deadlines", "arrays", "patterns", "matching", "reader", "codecs",
  "prefixed", "json", "resp", "respnotation", "stream", "kinds", "secrets", "waiting", "expiring",
  "conversation", "expecting", "assignment", "choosing", "ending", "specimen", "template",
  "marking", "talk", "listener", "process", "barriers", "assertions", "repeating", "checks",
  "leftovers", "sightings",
  "literals", "loading", "locals", "notifications", "ready", "scenario",
  "vocabulary",
}

dofile(here .. "runner.lua")(here, harness, #arg > 0 and arg or specs)
