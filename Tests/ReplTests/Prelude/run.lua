-- Runs the specs of the prompt's Lua in stock Lua, all or those that are named:
--
--     lua5.4 Tests/ReplTests/Prelude/run.lua [NAME…]
--
-- A spec file gets `test(name, fn)` and the harness of the scenario language's specs.

local here = debug.getinfo(1, "S").source:match("^@(.*/)") or "./"
local harness = dofile(here .. "../../ScenarioTests/Prelude/harness.lua")

local specs = {
  "evaluation", "printing", "arrivals", "lanes", "typing", "steps", "replay", "manuscripts",
  "saving", "manual", "completion",
}

dofile(here .. "../../ScenarioTests/Prelude/runner.lua")(here, harness, #arg > 0 and arg or specs)
