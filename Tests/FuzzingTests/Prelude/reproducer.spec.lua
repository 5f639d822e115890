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

---The lines of a scenario's conversation.
local function script(verdict, fields, target)
  local host = harness.load()
  rawset(host.prelude, "servers", { options = target or false, PATH_LENGTH = 60 })
  verdict.signature, verdict.message = "x", "it is wrong"
  local last = case(fields)
  last.firstChoice, last.lastChoice, last.opensWith = 1, 0, { c = { codec = "line" } }
  for _, step in ipairs(last.steps) do step.lane, step.choices = step.lane or "c", 0 end
  local finding = {
    verdict = verdict, failures = 3, trials = 3, conversations = 1, free = {},
    playback = { cases = { last }, tape = { values = {} } },
  }
  local about = { version = "1", case = 1, name = "x", seed = 1, script = "x.lua", server = "/s" }
  local text = host.prelude.reproducer.script(finding, about)
  assert(load(text, "=repro", "t"))
  return text
end

test("a wrong answer is taken by what expects the right one, and by nothing else", function()
  local text = script({ kind = "mismatch", failure = { kind = "mismatch", lane = "c" } }, {
    opened = { { name = "c", wait = { kind = "expect", pattern = "PONG" } } },
    steps = {
      { kind = "connect" }, { kind = "sent", bytes = "PING\n" }, { kind = "received", bytes = "PONG\n" },
      { kind = "sent", bytes = "PING b\n" }, { kind = "received", bytes = "PONK\n" },
    },
  })
  same(text:match('(send%(c, "PING b.*)  finish'):gsub("%s*\n%s*", "; "),
    'send(c, "PING b\\n"); c:expect("PONG"); ')
  same(select(2, text:gsub("\n  answer%(c%)", "")), 1)
end)

test("the target is started as in the campaign", function()
  local text = script({ kind = "crash" }, { steps = {}, opened = {} }, {
    command = { "./daemon", "--at={socket}" }, limits = { memory = "1G" }, stop = { timeout = "9s" },
    env = { ["a.b"] = "of {socket}", PLAIN = "x" },
  })
  same(text:match("env = {(.-), ASAN"), ' PLAIN = "x", ["a.b"] = "of " .. path .. ""')
  same(text:match("limits = [^\n]*"), 'limits = { memory = "1G" },')
  same(text:match("stop = [^\n]*"), 'stop = { timeout = "9s" },')
end)
