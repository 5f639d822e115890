local test, harness = ...
local same = harness.same

---The steps of messages in lines: "> sent", "< received".
local function stepsOf(lines)
  local host = harness.load()
  host.prelude.lanes = {
    DESCRIPTORS = "^with %d+ descriptors?$",
    decoded = function(_, bytes) return true, bytes end,
    codecOf = function() return "line" end, isConversation = function() return true end,
  }
  local events = { { kind = "connected", lane = "s", name = "/s" } }
  for _, line in ipairs(lines) do
    local kind = line:sub(1, 1) == ">" and "sent" or "received"
    events[#events + 1] = { kind = kind, lane = "s", bytes = line:sub(3) }
  end
  return host.prelude.steps.of(events), host
end

test("what came and goes out again is captured", function()
  local steps = stepsOf { "> new", "< abc123", "> use abc123" }
  local capture = steps[3].captures[1]
  same({ capture.value, capture.before, capture.after, capture.variable },
    { "abc123", "", "", "value1" })
end)

test("a word of what came is captured with what stands around it", function()
  local capture = stepsOf({ "< id=abc123;", "> get abc123" })[2].captures[1]
  same({ capture.value, capture.before, capture.after }, { "abc123", "id=", ";" })
end)

test("what was sent first is no capture", function()
  same(stepsOf({ "> set abc123", "< abc123", "> get abc123" })[3].captures, {})
end)

test("what is short comes again by chance", function()
  same(stepsOf({ "< OK", "> OK" })[2].captures, {})
end)

test("a text is cut where captures stand", function()
  local steps, host = stepsOf { "< abc123", "> get abc123 now" }
  local capture = steps[2].captures[1]
  same(host.prelude.steps.pieces("get abc123 now", { capture }), { "get ", capture, " now" })
end)

test("conversations of a replay are no steps", function()
  local host = harness.load()
  host.prelude.replay.lanes.again = true
  same(host.prelude.steps.of { { kind = "connected", lane = "again", name = "/s" } }, {})
end)

test("what came in thousands of messages is looked for once", function()
  local lines = { "> begin" }
  for index = 1, 5000 do lines[#lines + 1] = "< " .. ("item" .. index .. " "):rep(50) end
  lines[#lines + 1] = "> take item4999"
  local steps = {}
  local finds, find = 0, string.find
  string.find = function(...)
    finds = finds + 1
    return find(...)
  end
  local isFine, problem = pcall(function() steps = stepsOf(lines) end)
  string.find = find
  assert(isFine, problem)
  same({ steps[5001].captures[1].value, finds < 30000 }, { "item4999", true })
end)

test("descriptors of a message are a remark behind it", function()
  local host = harness.load()
  local steps = host.prelude.steps.of {
    { kind = "note", lane = "s", text = "with 2 descriptors" },
    { kind = "note", lane = "s", text = "something else" },
  }
  same({ #steps, steps[1].kind, steps[1].text }, { 1, "remark", "with 2 descriptors" })
end)
