-- How a case plays its conversations.
local test, harness = ...
local same = harness.same

---A case that was played on a target whose socket the function gets.
---@param body fun(g: Generator, t: Scenario, socket: table)
---@param values? any[]  its tape
local function played(body, values)
  local host = harness.load()
  local prelude = host.prelude
  local socket = harness.socket(host, {})
  rawset(prelude, "servers", { dial = function() return socket end })
  prelude.journal.install()
  local definition = { wait = 100, boundaries = true, endings = true }
  function definition.body(g, t) body(g, t, socket) end
  local case = prelude.cases.new(
    definition, prelude.tape.replay(values or {}), { path = "/s", pid = false }, { traced = true })
  local fine, problem = prelude.cases.play(definition, case, prelude.cases.scenario({}))
  if not fine then error(problem, 0) end
  return case, socket
end

local function kindsOf(case)
  local list = {}
  for index, step in ipairs(case.steps) do list[index] = step.kind end
  return table.concat(list, " ")
end

test("descriptors go out with their bytes, and are in the trace", function()
  local case = played(function(_, t, socket)
    function socket.sendMessage(_, bytes, options)
      socket.message = { bytes, options.descriptors }
      return #bytes
    end
    t:connect():raw("ab", { descriptors = { 3 } })
    same(socket.message, { "ab", { 3 } })
  end)
  same(case.steps[2].descriptors, { 3 })
end)

test("a case that leaves everything open closes it", function()
  same(kindsOf(played(function(_, t) t:connect():send("ab") end)), "connect sent closed")
end)

test("a connection may end with a message said again and again, and nothing read", function()
  local case, socket = played(function(_, t) t:connect():send("ab") end, { false, 5, 3 })
  same(kindsOf(case), "connect sent repeated aborted")
  same({ case.steps[3].bytes, case.steps[3].count }, { "ab", 3 })
  same(socket.written, { "ab", "ab", "ab", "ab" })
end)

test("what is said again ends where the target reads no more", function()
  local case = played(function(_, t, socket)
    t:connect():send("ab")
    function socket.bytesToWrite() return #socket.written > 2 and 2 or 0 end
  end, { false, 5, 9 })
  same(case.steps[3].count, 2)
end)

test("a flood is connections that say nothing, as many as the target takes", function()
  local case = played(function(g, t)
    t:connect()
    g:flood { max = 9 }
  end, { 4 })
  same(kindsOf(case), "connect flooded closed")
  same(case.steps[2].count, 4)
end)

test("a flood ends where the target takes no more", function()
  local host = harness.load()
  local prelude, dialled = host.prelude, 0
  rawset(prelude, "servers", { dial = function()
    dialled = dialled + 1
    return dialled <= 2 and harness.socket(host, {})
  end })
  prelude.journal.install()
  local case = prelude.cases.new({ wait = 100, body = function(g) g:flood() end },
    prelude.tape.replay { 7 }, { path = "/s" }, { traced = true })
  same({ prelude.cases.play({ body = function(g) g:flood() end }, case, {}) }, { true })
  same({ dialled, case.steps[1].count }, { 3, 2 })
end)

test("a socket that cannot be made is no descriptor", function()
  local host = harness.load()
  local prelude = host.prelude
  host.localsocket.pair = function() return nil, "no sockets" end
  prelude.journal.install()
  local given
  local definition = { wait = 100, body = function(g) given = g:descriptors() end }
  local case = prelude.cases.new(definition, prelude.tape.replay { 1, false, 6 }, false)
  same({ prelude.cases.play(definition, case, {}) }, { true })
  same({ given, case.tape.values[3] }, { {}, 6 })
end)
