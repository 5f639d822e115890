local test, harness = ...
local same = harness.same

local function unescaped(text) return harness.load().prelude.typing.unescaped(text) end

test("a text without escapes stays as it is", function() same(unescaped "GET / é", "GET / é") end)

test("escapes are those of Lua's strings", function()
  same(unescaped [[a\r\n\t\x00\xfF\\n\0]], "a\r\n\t\0\xff\\n\0")
end)

test("characters by their numbers are what Lua makes of them", function()
  same(unescaped [[\065\66x\u{20AC}\z   b\"\e]], 'ABx€b"\27')
end)

test("what is no escape stays", function()
  same(unescaped [[\q \xg \300 \u{} \]], [[\q \xg \300 \u{} \]])
end)

---The bytes that a line becomes.
local function sent(text, codec)
  local c, host = harness.conversation({}, { codec = codec })
  _G.c, host.patience = c, 0
  host.prelude.typing.send(text)
  _G.c = nil
  for _, event in ipairs(host.events) do
    if event.kind == "sent" then return event.text end
  end
end

test("where messages are bytes escapes stand for some, and a line of text is taken whole", function()
  local typed = [[\x00\n]]
  same({ sent(typed, "u8"), sent(typed, "netstring"), sent(typed, "line") },
    { "\2\0\n", "2:\0\n,", typed .. "\n" })
end)

---How many messages had come when a line was over, and after how many milliseconds: each comes so
---many milliseconds behind the one before.
local function answered(pauses)
  local c, host = harness.conversation({}, { codec = "line" })
  _G.c, host.patience = c, 1000
  local arrivals = host.prelude.arrivals
  function host.localsocket.step(milliseconds)
    local pause = pauses[1] or math.huge
    host.clock = host.clock + math.min(pause, milliseconds)
    pauses[1] = pause - milliseconds
    if pause > milliseconds then return end
    table.remove(pauses, 1)
    arrivals.count = arrivals.count + 1
  end
  host.prelude.typing.send("question")
  _G.c = nil
  return { arrivals.count, host.clock }
end

test("a line is over when nothing more answers it", function()
  same(answered { 300, 10, 10 }, { 3, 360 })
end)

test("what comes later does not hold a line up", function()
  same(answered { 300, 500 }, { 1, 340 })
end)

test("a line that nothing answers is over after its time, and so is one without an end of answers",
  function()
    same(answered {}, { 0, 1000 })
    local endless = {}
    for index = 1, 200 do endless[index] = 10 end
    same(answered(endless), { 100, 1000 })
  end)

test("a time that passes while it is looked at is not waited for", function()
  local c, host = harness.conversation({}, { codec = "line" })
  _G.c, host.patience = c, 93
  function host.localsocket.now()
    host.clock = host.clock + 7
    return host.clock
  end
  local shortest = 0
  function host.localsocket.step(milliseconds) shortest = math.min(shortest, milliseconds) end
  host.prelude.typing.send("question")
  _G.c = nil
  same(shortest, 0)
end)
