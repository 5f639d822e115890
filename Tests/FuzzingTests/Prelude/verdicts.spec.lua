-- What cases have shown.
local test, harness = ...
local same = harness.same

local function new()
  local host = harness.load()
  host.isInterrupted = function() return false end
  return host.prelude.verdicts, host
end

local function dead(phrase, complaint, lines, isCrash)
  local native = {
    ending = function() return "signal", 11, phrase end,
    complaint = function() return complaint, lines, isCrash end,
    lastLines = function() return {} end,
  }
  return { server = { process = { native = native } }, lastSent = "LOGIN 42\n" }
end

test("a report of a sanitizer is told by its kind and the target's own frames", function()
  local verdicts = new()
  local verdict = verdicts.of(dead("was ended by SIGABRT",
    "was ended by SIGABRT: AddressSanitizer: heap-use-after-free",
    { "READ of size 1 at string.c:9 in strlen", "called from a.c:12 in get_name", "called from a.c:40 in main" },
    true), true)
  same({ verdict.outcome, verdict.kind, verdict.signature },
    { "failed", "crash", "AddressSanitizer heap-use-after-free in get_name < main" })
end)

test("a bare signal is told by the request that came before", function()
  local verdicts = new()
  same(verdicts.of(dead("was ended by SIGSEGV", "was ended by SIGSEGV", {}, true), true).signature,
    "was ended by SIGSEGV after LOGIN")
end)

test("a signal before any request is told alone", function()
  local case = dead("was ended by SIGSEGV", "was ended by SIGSEGV", {}, true)
  case.lastSent = ""
  same(new().of(case, true).signature, "was ended by SIGSEGV")
end)

test("a target that does not answer is told with how long that was waited for", function()
  local verdicts, host = new()
  local case = { server = false, stalled = "spin", stalledAfter = 300, lastSent = "NAP 13\n" }
  local problem = harness.raised(host.prelude.failure.raise, {
    kind = "timeout", message = "waited 5 s for a message on «c»; nothing came",
    subject = "a message on «c»",
  })
  local verdict = verdicts.of(case, false, problem)
  same({ verdict.message, verdict.notes }, {
    "the target uses the processor and does not answer for 300 ms",
    { "what was waited for: a message on «c»" },
  })
end)

test("what was rejected, and a peer that takes nothing any more, is no failure", function()
  local verdicts, host = new()
  local case = { server = false, stalled = false, lastSent = "" }
  same(verdicts.of(case, true).outcome, "passed")
  same(verdicts.of(case, false, host.prelude.generator.REJECTED).outcome, "rejected")
  local refused = harness.raised(host.prelude.failure.raise,
    { kind = "closed", isSending = true, message = "cannot send" })
  same(verdicts.of(case, false, refused).outcome, "passed")
end)

test("an error of the script is the same whatever numbers are in it", function()
  local verdicts = new()
  local case = { server = false, stalled = false, lastSent = "" }
  same(verdicts.of(case, false, "f.lua:3: got 17").signature, verdicts.of(case, false, "f.lua:3: got 4").signature)
end)
