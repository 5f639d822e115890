-- The object `t` and the globals.
local test, harness = ...
local same = harness.same

local function new()
  local host = harness.load()
  return host.prelude.scenario.t, host
end

test("t knows its name, seed and directory", function()
  local t = new()
  same({ t.name, t.seed, t.directory, t:path("x.sock") },
    { "the test", 7, "/private", "/private/x.sock" })
end)

test("connect resolves a bare name and names the conversation once", function()
  local t, host = new()
  local paths = {}
  host.localsocket.connect = function(path, opts)
    paths[#paths + 1] = path .. " " .. opts.timeout
    return harness.socket(host, {})
  end
  local names = {}
  for _, name in ipairs { "api", "api", "/run/x/api", "@abstract" } do names[#names + 1] = t:connect(name).name end
  names[#names + 1] = t:connect("api", { name = "ann", timeout = "1s" }).name
  same(paths,
    { "/private/api 5000", "/private/api 5000", "/run/x/api 5000", "@abstract 5000", "/private/api 1000" })
  same(names, { "api", "api-2", "api-3", "@abstract", "ann" })
  same(host.events[1], { kind = "connected", lane = "api", text = "api" })
end)

test("a refused connection fails with the socket's sentence", function()
  local t, host = new()
  host.localsocket.connect = function() return nil, "connection refused", "ConnectionRefusedError" end
  same(harness.raised(t.connect, t, "api"), {
    kind = "closed", lane = "api", message = "connection refused",
  })
  host.localsocket.connect = function() return nil, "timed out", "SocketTimeoutError" end
  same(harness.raised(t.connect, t, "b").message, "waited 5 s for «b» to accept the connection; its backlog is full")
end)

test("a name that no file can have is misuse", function()
  local t, host = harness.load().prelude.scenario.t
  same(harness.raised(t.listen, t, "a\0b").text,
    'the name of a socket cannot hold a NUL byte: "a\\x00b"')
  same(harness.raised(t.path, t, ("n"):rep(256)).text,
    "the name of a path has 256 bytes, and a file name has 255 at most")
end)

test("an address that cannot be listened on is the environment's failure", function()
  local t, host = new()
  host.localsocket.listen = function() return nil, "address in use", "AddressInUseError" end
  same(harness.raised(t.listen, t, "api"), {
    kind = "environment", lane = "api", message = "address in use",
  })
end)

test("the path of a listener is what a client connects to, also where it was relative", function()
  local t, host = new()
  host.localsocket.listen = function(path)
    return { fullServerName = function() return "/tmp/" .. path end, close = function() end }
  end
  local paths = {}
  for _, name in ipairs { "api", "/run/api", "@api", "run/api" } do paths[#paths + 1] = t:listen(name).path end
  same(paths, { "/private/api", "/run/api", "@api", "/tmp/run/api" })
end)

test("misuse is named before anything is opened", function()
  local t = new()
  same(harness.raised(t.connect, t, "api", { codec = "lin" }).text,
    "there is no codec \"lin\"; did you mean 'line'?")
  same(harness.raised(t.connect, t, "api", { codek = "line" }).text,
    "connect has no option \"codek\"; did you mean 'codec'?")
  same(harness.raised(t.connect, t, 5).text, "the name of a socket is a text, not 5")
  same(harness.raised(t.listen, t, "api", "line").text,
    "the options of listen are a table, not a string")
  same(harness.raised(t.listen, t, "api", { backlog = 0.5 }).text,
    "the option 'backlog' of listen is a count of connections from 1, not 0.5")
  same(harness.raised(t.listen, t, "api", { access = "user" }).text,
    'listen has no option "access"')
  same(harness.raised(t.task, t, "a").text, "the body of a task is a function, not nil")
end)

test("a pair has two names and both roles", function()
  local t, host = new()
  local left, right = harness.socket(host, {}), harness.socket(host, {})
  host.localsocket.pair = function() return left, right end
  local a, b = t:pair { codec = "resp" }
  same({ a.name, b.name }, { "pair.a", "pair.b" })
  a:send { "PING" }
  b:send(1)
  same({ left.written, right.written }, { { "*1\r\n$4\r\nPING\r\n" }, { ":1\r\n" } })
end)

test("the end closes our conversations before the listeners, and leaves those of serve to their handlers", function()
  local t, host = new()
  host.localsocket.connect = function() return harness.socket(host, {}) end
  host.localsocket.listen = function()
    return { close = function() end, accept = function() return nil end }
  end
  t:listen("l")
  t:connect("b")
  t:connect("a")
  host.prelude.listener.served[t:connect("served")] = true
  host.events = {}
  host.prelude.scenario.closeAll()
  local lanes = {}
  for _, event in ipairs(host.events) do lanes[#lanes + 1] = event.kind .. " " .. event.lane end
  same(lanes, { "closed a", "closed b", "closed l" })
  host.events = {}
  host.prelude.scenario.closeRest()
  same(host.events, { { kind = "closed", lane = "served" } })
end)

test("note formats only with arguments", function()
  local t, host = new()
  t:note("%d%%", 5)
  t:note("100%")
  same({ host.events[1].text, host.events[2].text }, { "5%", "100%" })
end)

test("scenario declares with options or without", function()
  local _, host = new()
  local scenario = host.prelude.scenario.globals.scenario
  local body = function() end
  scenario("a", body)
  same(host.declared, { name = "a", body = body })
  scenario("b", { timeout = "20s" }, body)
  same(host.declared, { name = "b", options = { timeout = "20s" }, body = body })
  same(harness.raised(scenario, "c", { tag = "x" }, body).text,
    "scenario has no option \"tag\"; did you mean 'tags'?")
  same(harness.raised(scenario, "c").text, "the body of a scenario is a function, not nil")
end)

test("an option that is a list takes texts and nothing else", function()
  local _, host = new()
  local scenario = host.prelude.scenario.globals.scenario
  local function problem(options)
    return harness.raised(scenario, "a", options, function() end).text
  end
  local expected = "the option 'needs' of scenario is a string or a list of texts, not "
  same(problem { needs = true }, expected .. "a boolean")
  same(problem { needs = { cmd = "redis-server" } }, expected .. '{ cmd = "redis-server" }')
  same(problem { needs = { "root", 5 } }, expected .. '{ "root", 5 }')
  same(problem { tags = 5 }, "the option 'tags' of scenario is a string or a list of texts, not a number")
  scenario("b", { needs = { "root", "linux" }, tags = "slow" }, function() end)
  same(host.declared.options, { needs = { "root", "linux" }, tags = "slow" })
  scenario("c", { needs = "root", allow = "unread" }, function() end)
  same(host.declared.options, { needs = "root", allow = "unread" })
end)

test("skip and fail end the scenario", function()
  local t = new()
  same(harness.raised(t.skip, t, "no redis"), { kind = "skip", message = "no redis" })
  same(harness.raised(t.fail, t, "broken"), { kind = "assertion", message = "broken" })
end)

test("an abstract name is this scenario's own", function()
  local t = new()
  same(t:abstract("api"), "@/private/api")
  same(harness.raised(t.abstract, t).text, "an abstract name is a text, not nil")
end)

test("what connect made connects again to the same name with the same options", function()
  local t, host = new()
  local dialled = {}
  host.localsocket.connect = function(path, opts)
    dialled[#dialled + 1] = path .. " " .. opts.timeout
    return harness.socket(host, { "hello\n" })
  end
  local c = t:connect("api", { codec = "line", timeout = "1s" })
  c:reconnect()
  same(dialled, { "/private/api 1000", "/private/api 1000" })
  same({ c.name, c:receive() }, { "api", "hello" })
  same(host.events[#host.events - 1], { kind = "connected", lane = "api", text = "api" })
end)

test("a note whose format does not fit is a mistake of its line", function()
  local t = harness.load().prelude.scenario.t
  local text = harness.raised(t.note, t, "%d", "x").text
  same(text:find("^the format of the note does not fit: bad argument #2 to") ~= nil, true)
end)
