local test, harness = ...
local same = harness.same

local function printing() return harness.load().prelude.printing end

test("a small table stands on one line with its keys sorted", function()
  same(printing().text { 1, "a", z = true, b = { "x" } }, '{ 1, "a", b = { "x" }, z = true }')
end)

test("a table that is too wide has an entry a line", function()
  local long = ("x"):rep(60)
  same(printing().text { long, key = { long } },
    ('{\n  "%s",\n  key = { "%s" }\n}'):format(long, long))
end)

test("short values of a list stand side by side", function()
  local list, rows = {}, {}
  for index = 1, 60 do list[index] = 1000 + index end
  for row in printing().text(list):gmatch("[^\n]+") do rows[#rows + 1] = row end
  same({ #rows, #rows[2] <= 80, rows[2]:sub(1, 14) }, { 7, true, "  1001, 1002, " })
end)

test("of 10,000 entries the first are shown, and how many more there are", function()
  local list = {}
  for index = 1, 10000 do list[index] = index end
  local text = printing().text(list)
  same(text:find("… 9900 more", 1, true) ~= nil, true)
  same(#text < 1500, true)
end)

test("a table that holds itself ends", function()
  local cycle = { name = "a" }
  cycle.self = cycle
  same(printing().text(cycle), '{ name = "a", self = { … itself … } }')
end)

test("a table that is held twice is shown twice", function()
  local shared = { 1 }
  same(printing().text { shared, shared }, "{ { 1 }, { 1 } }")
end)

test("what is nested too deeply is cut", function()
  local inner = {}
  local outer = inner
  for _ = 1, 20 do outer = { outer } end
  same(printing().text(outer):find("{ … }", 1, true) ~= nil, true)
end)

test("control characters and broken UTF-8 are escaped", function()
  same(printing().text "a\27[31m\xff\n", '"a\\x1b[31m\\xff\\n"')
end)

test("an object is named by its class", function()
  same(printing().text(setmetatable({}, { __name = "thing" })), "thing")
end)

test("a long string is cut with its size", function()
  same(printing().text(("x"):rep(5000)):match("….*$"), '…" (5000 bytes)')
end)

test("bytes stand in rows of sixteen", function()
  same(printing().hex("0123456789abcdef\0\xff"),
    "00000000  30 31 32 33 34 35 36 37  38 39 61 62 63 64 65 66  |0123456789abcdef|\n"
      .. "00000010  00 ff                                             |..|")
end)

test("no bytes of a secret are shown", function()
  local prelude = harness.load().prelude
  prelude.secrets.add("hunter2")
  same(prelude.printing.hex("is hunter2"):find("68 75 6e", 1, true), nil)
end)

test("no bytes are said to be none", function() same(printing().hex "", "no bytes") end)

test("of tables in tables so many entries are shown as one value may have", function()
  local cube = {}
  for x = 1, 100 do
    cube[x] = {}
    for y = 1, 100 do
      cube[x][y] = {}
      for z = 1, 20 do cube[x][y][z] = ("entry %d"):format(z) end
    end
  end
  local text = printing().text(cube)
  same(select(2, text:gsub('"entry', "")) <= 1000, true)
  same(text:find("… 99 more", 1, true) ~= nil, true)
end)
