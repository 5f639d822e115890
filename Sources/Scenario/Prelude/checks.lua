-- `t.check`: the assertions in a form that lets the script go on. What fails is kept for the end.

local host = ...
local prelude = host.prelude
local assertions, class, failure = prelude.assertions, prelude.class, prelude.failure
local deadlines = prelude.deadlines

local Check = class.make("check")
local check = setmetatable({}, Check)

local function kept(passed, ...)
  if passed then return ... end
  local raised = ...
  -- What `eventually` calls is called again, for which it has to know.
  if not failure.is(raised) or deadlines.isSet() then error(raised, 0) end
  host.keep(raised)
end

for _, name in ipairs(prelude.scenario.assertions) do
  local assertion = assertions[name]
  ---As the assertion, but nil where that would fail.
  Check[name] = function(receiver, ...)
    if receiver ~= check then
      host.misuse(("%s is called with a colon: t.check:%s(…)"):format(name, name))
    end
    return kept(pcall(assertion, ...))
  end
end

return check
