-- What is looked at after every message: invariants, and replies that must never come.

local host = ...
local prelude = host.prelude
local describe, failure, matching = prelude.describe, prelude.failure, prelude.matching
local fuzzing, patterns = prelude.fuzzing, prelude.patterns

local oracles = {}

local function violated(kind, conversation, message, text)
  failure.raise {
    kind = "assertion", lane = conversation.name, message = text, oracle = kind,
    violating = type(message) == "string" and message or nil,
  }
end

local function isForbidden(pattern, message)
  if type(pattern) == "string" and type(message) == "string" then
    return message:find(pattern, 1, true) ~= nil
  end
  if type(message) == "string" and patterns.isPattern(pattern) and pattern.kind == "text" then
    return message:find(pattern.text) ~= nil
  end
  return matching.matches(pattern, message)
end

local function check(conversation, message)
  for _, pattern in ipairs(fuzzing.forbidden) do
    if isForbidden(pattern, message) then
      violated("never", conversation, message, ("a reply that must never come: %s"):format(
        describe.value(message)))
    end
  end
  for index, fn in ipairs(fuzzing.invariants) do
    local fine, holds, why = pcall(fn, conversation, message)
    if not fine then
      if failure.is(holds) then error(holds, 0) end
      violated("invariant " .. index, conversation, message, "an invariant failed: " .. tostring(holds))
    elseif holds == false then
      violated("invariant " .. index, conversation, message, ("an invariant does not hold%s"):format(
        why and ": " .. tostring(why) or ""))
    end
  end
end

local function checked(conversation, message, ...)
  check(conversation, message)
  return message, ...
end

---Has every message of a conversation looked at, where the script has said what for.
---@param conversation Conversation
function oracles.watch(conversation)
  if #fuzzing.invariants == 0 and #fuzzing.forbidden == 0 then return end
  local decode, seek = conversation.decode, conversation.seek
  function conversation.decode(r) return checked(conversation, decode(r)) end
  if seek then
    function conversation.seek(r, pattern) return checked(conversation, seek(r, pattern)) end
  end
end

return oracles
