-- What cases did, as lines of a scenario.
local test, harness = ...
local same = harness.same

---The lines of one step, and the functions that they call beside those of every scenario.
local function written(step)
  local host = harness.load()
  local steplines = host.prelude.steplines
  local finding = { free = {}, playback = { tape = { values = {} } } }
  local case = { firstChoice = 1, lastChoice = 0, opensWith = { c = { codec = "line" } } }
  step.lane, step.choices = "c", 0
  local lines = {}
  steplines.add(lines, step, finding, case, 0)
  local helpers = {}
  for name in steplines.helpers(lines):gmatch("local function (%w+)") do helpers[#helpers + 1] = name end
  return lines, table.concat(helpers, " ")
end

test("a connection is called as in the script", function()
  same(written { kind = "connect" }, { 'local c = t:connect(path, { codec = "line", name = "c" })' })
end)

test("descriptors are opened again", function()
  local lines, helpers = written { kind = "sent", bytes = "x", descriptors = { "own", "own" } }
  same(lines, { 'send(c, "x", { io.open("/dev/null"), io.open("/dev/null") })' })
  same(helpers, "send answer finish")
end)

test("what is said again and again is a loop", function()
  same(written { kind = "repeated", bytes = "x", count = 7 },
    { 'for _ = 1, 7 do send(c, "x") end  -- and nothing is read' })
end)

test("a flood comes again", function()
  local lines, helpers = written { kind = "flooded", count = 7, socketKind = "seqpacket" }
  same({ lines[1], helpers }, { 'flood(7, "seqpacket")', "send answer finish flood leave" })
end)

test("of very many descriptors the first are written", function()
  local list = {}
  for index = 1, 253 do list[index] = "own" end
  local lines, helpers = written { kind = "sent", bytes = "x", descriptors = list }
  same(lines[1]:match("}, 253%)%)$"), "}, 253))")
  same(helpers, "send answer finish filled")
end)

test("a conversation's variable is a name that means nothing else", function()
  local variable = harness.load().prelude.steplines.variable
  same({ variable "client", variable "end", variable "t", variable "a-b" },
    { "client", "c_end", "c_t", "c_a_b" })
end)
