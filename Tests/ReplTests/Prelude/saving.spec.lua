local test, harness = ...
local same = harness.same

---The body of the scenario of events in lines: "> sent", "< received", "! kind".
local function saved(lines, codec)
  local host = harness.load()
  host.prelude.arrivals = {
    decoded = function(_, bytes) return true, bytes end,
    codecOf = function() return codec or "line" end,
  }
  local events = { { kind = "connected", lane = "s", name = "/s" } }
  for _, line in ipairs(lines) do
    local kind = ({ [">"] = "sent", ["<"] = "received" })[line:sub(1, 1)] or line:sub(3)
    events[#events + 1] = { kind = kind, lane = "s", bytes = kind ~= line:sub(3) and line:sub(3) or nil }
  end
  local text = host.prelude.saving.text(host.prelude.steps.of(events), "title")
  assert(load(text))
  return text:match("function%(t%)\n(.*)\nend%)\n$")
end

test("what was sent is sent, and what came is expected", function()
  same(saved { "> hello", "< welcome" },
    '  local c = t:connect("/s", { codec = "line" })\n  c:send "hello"\n  c:expect "welcome"')
end)

test("the codec that a conversation has anyway is not named", function()
  same(saved({}, "stream"), '  local c = t:connect("/s")')
end)

test("a value that was used again has a name", function()
  same(saved { "< token1", "> use token1" },
    '  local c = t:connect("/s", { codec = "line" })\n  local value1 = c:expect(any.string)\n'
      .. '  c:send("use " .. value1)')
end)

test("a part of a message that was used again is captured", function()
  same(saved { "< id (abcd)", "> abcd" },
    '  local c = t:connect("/s", { codec = "line" })\n'
      .. '  local _, value1 = c:expect(pattern "^id %(([%w_%-]+)%)$")\n  c:send(value1)')
end)

test("the end of the peer is expected, and ours is made", function()
  same(saved { "! shutdown", "! ended", "! closed" },
    '  local c = t:connect("/s", { codec = "line" })\n  c:shutdown()\n  c:expectEnd()\n  c:close()')
end)
