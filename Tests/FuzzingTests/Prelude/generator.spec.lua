-- What scripts draw.
local test, harness = ...
local same = harness.same

local function simplest()
  local host = harness.load()
  return host.prelude.generator.new(host.prelude.tape.simplest()), host
end

local function fresh(seed, natives)
  local host = harness.load()
  for name, native in pairs(natives or {}) do host.localsocket[name] = native end
  return host.prelude.generator.new(host.prelude.tape.fresh(seed)), host
end

test("without a tape every choice is the simplest", function()
  local g = simplest()
  same({ g:bool(), g:int { 3, 9 }, g:int { -9, -3 }, g:int { 0, 9, toward = 5 }, g:float { 0.5, 2 } },
    { false, 3, -3, 5, 0.5 })
  same({ g:bytes { min = 2, from = "a-z" }, g:bytes(), g:text { min = 1 }, g:pick { "x", "y" } },
    { "aa", "", "0", "x" })
  same(g:oneOf { function() return "first" end, error }, "first")
  same(g:weighted { { 0, function() return "rare" end }, { 9, error } }, "rare")
  same(g:maybe(error), nil)
  same(g:list({ min = 2, max = 5 }, function(index) return index end), { 1, 2 })
  g:repeatUpTo(9, error)
  same(g:shuffle { 1, 2, 3 }, { 1, 2, 3 })
end)

test("values are what was asked for", function()
  local g = fresh(4)
  for _ = 1, 500 do
    local int, float = g:int { -3, 300 }, g:float { 1, 2 }
    assert(int >= -3 and int <= 300 and math.type(int) == "integer")
    assert(float >= 1 and float <= 2 and math.type(float) == "float")
    local bytes = g:bytes { min = 1, max = 8, from = "a-c_-" }
    assert(bytes:find("^[a-c_%-]+$") and #bytes <= 8, bytes)
    local length = utf8.len(g:text { max = 5 })
    assert(length and length <= 5)
    assert(math.type(g:int()) == "integer")
  end
end)

test("integers are at their bounds more often than chance would have it", function()
  local g, edges = fresh(5), 0
  for _ = 1, 1000 do
    local value = g:int { 0, 1000000 }
    if value < 2 or value > 999998 then edges = edges + 1 end
  end
  assert(edges > 30, edges)
end)

test("weights decide how often something is chosen", function()
  local g, rare = fresh(6), 0
  for _ = 1, 1000 do
    rare = rare + g:weighted { { 9, function() return 0 end }, { 1, function() return 1 end } }
  end
  assert(rare > 50 and rare < 170, rare)
end)

test("lists keep their bounds, and a shuffled list its items", function()
  local g = fresh(7)
  for _ = 1, 100 do
    local list = g:list({ 2, 4 }, function() return g:bool() end)
    assert(#list >= 2 and #list <= 4)
    local shuffled = g:shuffle { 1, 2, 3, 4 }
    table.sort(shuffled)
    same(shuffled, { 1, 2, 3, 4 })
  end
end)

test("a tape plays to a script that has changed", function()
  local g, host = fresh(8)
  for _ = 1, 20 do g:oneOf { function() g:int { 0, 99 } end, function() g:bytes() end } end
  local tape = host.prelude.tape.replay(g.tape.values)
  local other = host.prelude.generator.new(tape)
  for _ = 1, 30 do other:list({ max = 3 }, function() return other:text() end) end
  assert(tape.misaligned)
end)

test("what is not assumed rejects the case", function()
  local g, host = simplest()
  same(g:assume(3), 3)
  same(harness.raised(g.assume, g, false), host.prelude.generator.REJECTED)
end)

test("labels, states and notes are kept", function()
  local g = simplest()
  same(g:label("login", function() return 1, 2 end), 1)
  g:state("authed")
  g:note("id", 7)
  same({ g.labels, g.states, g.notes }, { { login = true }, { authed = true }, { id = 7 } })
end)

test("misuse is named", function()
  local g = simplest()
  same(harness.raised(g.int, g, { 9, 3 }).text, "g:int: 9 is above 3")
  same(harness.raised(g.pick, g, {}).text, "g:pick takes a list that is not empty")
  same(harness.raised(g.bytes, g, { from = "" }).text,
    'g:bytes: from is a class of bytes such as "a-z0-9", not ""')
  same(harness.raised(function() return g.itn end).text, "a generator has no 'itn'")
end)

test("a dictionary gives its words", function()
  local path = os.tmpname()
  local file <close> = assert(io.open(path, "w"))
  file:write('# words\nget="GET\\x20"\n"a\\"b\\\\"\n\n')
  file:close()
  local g, seen = fresh(1), {}
  for _ = 1, 50 do seen[g:dictionary(path)] = true end
  os.remove(path)
  same(seen, { ["GET "] = true, ['a"b\\'] = true })
end)

test("a recording is what was sent, unless something is changed", function()
  local path = os.tmpname()
  local file <close> = assert(io.open(path, "w"))
  file:write('> LOGIN bob\n< OK\n{"event":"sent","text":"PING\\n"}\n{"event":"received","text":"PONG\\n"}\n')
  file:close()
  local g = simplest()
  local messages = g:recorded(path)
  os.remove(path)
  same(messages, { "LOGIN bob\n", "PING\n" })
end)

test("a recording is what clients sent, also where that is no text", function()
  local path = os.tmpname()
  local file <close> = assert(io.open(path, "w"))
  file:write('{"event":"accepted","scenario":1,"lane":"srv.1"}\n'
    .. '{"event":"sent","scenario":1,"lane":"api","size":4,"base64":"AAH/Cg=="}\n'
    .. '{"event":"sent","scenario":1,"lane":"srv.1","text":"an answer"}\n'
    .. '{"event":"sent","lane":"c","hex":"00ff0a"}\n')
  file:close()
  local messages = simplest():recorded(path)
  os.remove(path)
  same(messages, { "\0\1\255\n", "\0\255\n" })
end)

test("clients that are interleaved take turns at each sending", function()
  local g, host = fresh(3)
  local pause, orders = host.prelude.interleaving, {}
  for _ = 1, 40 do
    local order = {}
    local function client(name)
      return function()
        for index = 1, 2 do
          host.prelude.interleaving.pause()
          order[#order + 1] = name .. index
        end
      end
    end
    g:interleave { client "a", client "b" }
    orders[table.concat(order, " ")] = true
  end
  assert(pause)
  local count = 0
  for _ in pairs(orders) do count = count + 1 end
  same(count, 6)
  same(orders["a1 a2 b1 b2"], true)
end)

local function pair()
  local socket = { abort = function() end }
  return socket, socket
end

test("descriptors of many kinds, and packets of sizes where buffers end", function()
  local g = simplest()
  same({ g:descriptors(), g:packet() }, { {}, "" })
  local many, most = 0, 0
  for seed = 1, 300 do
    local list = fresh(seed, { pair = pair }):descriptors()
    many, most = math.max(many, #list <= 4 and #list or 0), math.max(most, #list)
    for _, one in ipairs(list) do if io.type(one) then one:close() end end
  end
  same({ many, most }, { 4, 253 })
end)
