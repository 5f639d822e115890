-- The value that a failing scenario raises, and what is remarked on errors.
local test, harness = ...
local same = harness.same

test("a failure is told from other errors", function()
  local host = harness.load()
  local failure = host.prelude.failure
  same(failure.is(harness.raised(failure.raise, { kind = "closed", message = "m" })), true)
  same(failure.is({ kind = "closed", message = "m" }), false)
  same(failure.is("m"), false)
end)

test("remarks on an error stay in their order", function()
  local failure = harness.load().prelude.failure
  local raised = {}
  failure.remark(raised, "inner")
  failure.remark(raised, "outer")
  failure.remark("text", "row 1")
  same(failure.remarksOn(raised), { "inner", "outer" })
  same(failure.remarksOn("text"), { "row 1" })
  same(failure.remarksOn("other"), nil)
end)

test("that an actor is cancelled is no error to remark on", function()
  local failure = harness.load().prelude.failure
  failure.remark("cancelled", "row 1")
  same(failure.remarksOn("cancelled"), nil)
end)
