-- The globals of fuzzing. What they do is loaded when a script first uses one of them.

local host = ...
local prelude = host.prelude

-- In a campaign the conversations keep no log, and other blocks are none of its.
if host.setting then prelude.journal.install() end

local function ignored() end

return {
  globals = {
    fuzz = function(...) return prelude.fuzzing.fuzz(...) end,
    target = function(options) return prelude.fuzzing.target(options) end,
    invariant = function(fn) return prelude.fuzzing.invariant(fn) end,
    never = function(pattern) return prelude.fuzzing.never(pattern) end,
    machine = function(definition) return prelude.machine.make(definition) end,
    scenario = host.setting and ignored or nil,
  },
}
