local test, harness = ...
local same = harness.same

---The body of the scenario of events in lines: "> sent", "< received", "! kind".
local function saved(lines, codec)
  local host = harness.load()
  host.prelude.lanes = {
    DESCRIPTORS = "^with %d+ descriptors?$",
    decoded = function(_, bytes) return true, bytes end,
    codecOf = function() if codec ~= false then return codec or "line" end end, partnerOf = function() end, kindOf = function() end,
    isConversation = function() return true end,
  }
  local events = { { kind = "connected", lane = "s", name = "/s" } }
  for _, line in ipairs(lines) do
    local kind = ({ [">"] = "sent", ["<"] = "received" })[line:sub(1, 1)] or line:sub(3)
    events[#events + 1] = { kind = kind, lane = "s", bytes = kind ~= line:sub(3) and line:sub(3) or nil }
  end
  local text = host.prelude.manuscripts.text(host.prelude.steps.of(events), "title")
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

---The body of the scenario of events, of which some lanes are ends of pairs.
local function savedOf(events, partners, commands)
  local host = harness.load()
  local started = commands and commands(host.prelude.ready.globals)
  if started then
    host.prelude.starts = { READ = "read", commandOf = function(lane) return started[lane] end }
  end
  host.prelude.lanes = {
    DESCRIPTORS = "^with %d+ descriptors?$",
    decoded = function(_, bytes) return true, bytes end, codecOf = function() return "line" end,
    partnerOf = function(lane) return partners[lane] end, kindOf = function() end,
    isConversation = function() return true end,
  }
  local text = host.prelude.manuscripts.text(host.prelude.steps.of(events), "title")
  assert(load(text))
  return text:match("function%(t%)\n(.*)\nend%)\n$")
end

test("a pair is made as a pair", function()
  same(savedOf({
    { kind = "connected", lane = "p.a" }, { kind = "connected", lane = "p.b" },
    { kind = "sent", lane = "p.a", bytes = "hello" },
    { kind = "received", lane = "p.b", bytes = "hello" },
  }, { ["p.a"] = "p.b", ["p.b"] = "p.a" }),
    '  local c, c2 = t:pair { codec = "line" }\n  c:send "hello"\n  c2:expect "hello"')
end)

test("a listener and its client of the same name are two", function()
  same(savedOf({
    { kind = "listening", lane = "s", name = "s" }, { kind = "connected", lane = "s", name = "s" },
    { kind = "accepted", lane = "s.1" }, { kind = "sent", lane = "s", bytes = "hello" },
    { kind = "received", lane = "s.1", bytes = "hello" },
  }, {}),
    '  local listener = t:listen("s", { codec = "line" })\n'
      .. '  local c = t:connect("s", { codec = "line" })\n  local c2 = listener:accept()\n'
      .. '  c:send "hello"\n  c2:expect "hello"')
end)

test("a process is started before the connection to it, which waits until it can be", function()
  same(savedOf({
    { kind = "spawned", lane = "srv" }, { kind = "connected", lane = "s", name = "/private/s" },
    { kind = "note", lane = "srv", text = "signal HUP" }, { kind = "note", lane = "srv", text = "stop" },
    { kind = "exited", lane = "srv", ending = 0 },
  }, {}, function() return { srv = { "srv", "--socket=/private/s", env = { A = "1" } } } end),
    '  local p = t:spawn {\n    "srv",\n    "--socket=" .. t.directory .. "/s",\n'
      .. '    env = { A = "1" },\n    ready = ready.connectable(t.directory .. "/s"),\n  }\n'
      .. '  local c = t:connect(t.directory .. "/s", { codec = "line" })\n'
      .. '  p:signal "HUP"\n  p:stop()')
end)

test("a process that was ready when it said so is so again, and its end is expected", function()
  same(savedOf({
    { kind = "spawned", lane = "srv" }, { kind = "sent", lane = "srv.stdin", bytes = "x" },
    { kind = "signalled", lane = "srv", ending = "SIGKILL" },
  }, {}, function(ready) return { srv = { "srv", ready = ready.logged("up", { timeout = "0.5s" }) } } end),
    '  local p = t:spawn { "srv", ready = ready.logged("up", { timeout = 500 }) }\n'
      .. '  p.stdin:send "x"\n  p:expectExit("SIGKILL")')
end)

test("the end of a process that talks to our end of a pair follows from our closing that", function()
  same(savedOf({
    { kind = "connected", lane = "p.a" }, { kind = "connected", lane = "p.b" },
    { kind = "spawned", lane = "cat" }, { kind = "ended", lane = "p.a" },
    { kind = "exited", lane = "cat", ending = 0 }, { kind = "closed", lane = "p.a" },
  }, { ["p.a"] = "p.b", ["p.b"] = "p.a" }, function()
    return { cat = { "cat", stdin = { name = "p.b" } } }
  end),
    '  local c, c2 = t:pair { codec = "line" }\n  local p = t:spawn { "cat", stdin = c2 }\n'
      .. '  c:close()\n  p:expectExit()')
end)

test("what a line has read of a process, or has waited for, is expected", function()
  same(savedOf({
    { kind = "spawned", lane = "srv" }, { kind = "note", lane = "srv", text = "awaitLog up (1)" },
    { kind = "sent", lane = "srv.stdin", bytes = "who" },
    { kind = "note", lane = "srv.stdout", text = "read id 4711" },
    { kind = "sent", lane = "srv.stdin", bytes = "kill 4711" },
    { kind = "note", lane = "srv.stderr", text = "read killed" },
  }, {}, function() return { srv = { "srv" } } end),
    '  local p = t:spawn { "srv" }\n  p:awaitLog "up (1)"\n  p.stdin:send "who"\n'
      .. '  local _, value1 = p.stdout:expect(pattern "^id ([%w_%-]+)$")\n'
      .. '  p.stdin:send("kill " .. value1)\n  p.stderr:expect "killed"')
end)

test("what was said in a codec of the script's own is said in bytes", function()
  same(saved({ "> hello", "< welcome" }, false),
    '  local c = t:connect("/s")\n  c:raw "hello"\n  c:expect "welcome"')
end)
