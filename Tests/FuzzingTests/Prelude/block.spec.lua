-- Blocks with computed fields.
local test, harness = ...
local same = harness.same

local function new()
  local host = harness.load()
  return host.prelude.generator.new(host.prelude.tape.simplest()), host
end

test("numbers have their size and order", function()
  local g = new()
  same(g:block { { u8 = 1 }, { u16be = 2 }, { u16le = 3 }, { u24be = 4 }, { i32be = -1 } },
    "\1\0\2\3\0\0\0\4\255\255\255\255")
end)

test("a length is that of the fields it is of", function()
  local g = new()
  same(g:block { { "type", u8 = 1 }, { "length", u16be = "of:body" }, { "body", bytes = "hello" } },
    "\1\0\5hello")
  same(g:block { { "length", u8 = "of:length,body", plus = 1 }, { "body", bytes = "ab" } }, "\4ab")
  same(g:block { { "length", decimal = "of:body" }, ":", { "body", bytes = "abc" }, "," }, "3:abc,")
end)

test("a count is that of the items", function()
  local g = new()
  same(g:block { { "count", u8 = "count:items" }, { "items", list = { "a", "bc", { { u8 = 9 } } } } },
    "\3abc\9")
end)

test("a checksum is of the bytes that the message has", function()
  local g = new()
  same(g:block { { "body", bytes = "123456789" }, { "crc", crc32 = "of:body" } },
    "123456789\xcb\xf4\x39\x26")
  same(g:block { { "body", bytes = "123456789" }, { "crc", crc32c = "of:body", order = "le" } },
    "123456789\x83\x92\x06\xe3")
  same(g:block { { "body", bytes = "Wikipedia" }, { "sum", adler32 = "of:body" } },
    "Wikipedia\x11\xe6\x03\x98")
end)

test("padding goes up to a multiple", function()
  local g = new()
  same(g:block { { "body", bytes = "abc" }, { align = 4 }, { u8 = 1 } }, "abc\0\1")
end)

test("blocks nest", function()
  local g = new()
  same(g:block { { "n", u8 = "of:inner" }, { "inner", block = { { "m", u8 = "of:b" }, { "b", bytes = "xy" } } } },
    "\3\2xy")
end)

test("a variable length number is as long as it must be", function()
  local g = new()
  same(g:block { { varint = 300 } }, "\xac\x02")
end)

test("a computed field lies now and then, and says so", function()
  local host = harness.load()
  local lies = 0
  for seed = 1, 2000 do
    local g = host.prelude.generator.new(host.prelude.tape.fresh(seed))
    if g:block { { "n", u16be = "of:b" }, { "b", bytes = "xyz" } } ~= "\0\3xyz" then
      lies = lies + 1
      assert(g.notes["lie in n"]:find("right is 3", 1, true))
    end
  end
  assert(lies > 10 and lies < 80, lies)
end)

test("misuse of a block is named", function()
  local g = new()
  same(harness.raised(g.block, g, { { "n", u8 = "of:x" } }).text,
    'g:block: "n" is of the field "x", which there is not')
  same(harness.raised(g.block, g, { { "n", u9 = 1 } }).text,
    'g:block: there is no kind of field "u9"')
  same(harness.raised(g.block, g, { { "n" } }).text,
    'g:block: a field needs a kind, for example u8 = 1 or bytes = "…"')
end)
