-- Expecting that nothing comes: the end of a conversation, or silence.

local host = ...
local prelude = host.prelude
local describe, failure, options = prelude.describe, prelude.failure, prelude.options
local quantities, waits = prelude.quantities, prelude.waiting

local log, countAssertion = host.log, host.count

local Conversation = prelude.conversation.class

local function unwanted(self, expectation)
  local unread = self.reader:unread()
  log("unread", self.name, unread)
  failure.raise {
    kind = "mismatch", lane = self.name, actual = unread, isBytes = true,
    message = ("expected %s, but %s came: %s"):format(
      expectation, quantities.count(#unread, "byte"), describe.bytes(unread, 60)),
  }
end

local endOptions = { timeout = options.DURATION, reset = "boolean" }

---Waits until the peer closes, or ends what it sends, with nothing before that.
---@param opts? { timeout?: localsocket.Duration, reset?: boolean }  reset: wants ECONNRESET
---@return Conversation self
function Conversation:expectEnd(opts)
  local given = options.check(opts, endOptions, "expectEnd")
  countAssertion()
  local kind = given.reset and "reset" or "end"
  self.wait:begin(kind, false, options.timeout(given))
  local came, ending = self.reader:more()
  if came then unwanted(self, waits.describe(kind, self.name)) end
  if (ending == waits.RESET) ~= (given.reset or false) then
    failure.raise {
      kind = "closed", lane = self.name,
      message = ("expected %s, but %s"):format(
        waits.describe(kind, self.name), ending),
    }
  end
  return self
end

---Nothing may come, and the peer may not close, for so long.
---@param duration localsocket.Duration
---@return Conversation self
function Conversation:quiet(duration)
  local milliseconds = options.span(duration, "duration")
  countAssertion()
  local wait = self.wait
  wait:begin("quiet", false, milliseconds)
  -- It is a duration, which no deadline around it makes shorter.
  wait.timeout, wait.mayExpire = milliseconds, true
  local came, ending = self.reader:more()
  local expectation = ("%s for %s"):format(
    waits.describe("quiet", self.name), quantities.duration(milliseconds))
  if came then unwanted(self, expectation) end
  if ending then
    failure.raise {
      kind = "closed", lane = self.name,
      message = ("expected %s, but %s"):format(expectation, ending),
    }
  end
  return self
end

return { OPTIONS = endOptions }
