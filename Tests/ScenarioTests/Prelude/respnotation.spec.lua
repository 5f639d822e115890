-- RESP as redis-cli writes it, both ways.
local test, harness = ...
local same = harness.same
local prelude = harness.load().prelude
local notation, null = prelude.respnotation, prelude.null

test("replies are shown as redis-cli shows them, on one line", function()
  for _, pair in ipairs {
    { { ok = "OK" }, "OK" }, { { err = "ERR no" }, "(error) ERR no" }, { "a\r\n\1", '"a\\r\\n\\x01"' },
    { 7, "(integer) 7" }, { 1.5, "(double) 1.5" }, { true, "(true)" }, { false, "(false)" },
    { null, "(nil)" }, { {}, "(empty array)" },
    { { "a", { 1, { ok = "x" } }, null }, '1) "a"  2) [1) (integer) 1  2) x]  3) (nil)' },
  } do
    same(notation.show(pair[1]), pair[2])
    same(notation.reply(pair[2]), pair[1])
  end
  same(notation.show { b = 1, a = 2 }, '1# "a" => (integer) 2  2# "b" => (integer) 1')
end)

test("what would break the line of a status or an error is escaped", function()
  same(notation.show { ok = "O\nK" }, "O\\nK")
  same(notation.show { err = "ERR a\rb" }, "(error) ERR a\\rb")
  same(notation.show { ok = 'a "b" \\' }, 'a "b" \\')
end)

test("what is deep or long is cut", function()
  local deep = {}
  for _ = 1, 100 do deep = { deep } end
  same(notation.show(deep):find("[…]", 1, true) ~= nil, true)
  local long = {}
  for index = 1, 10000 do long[index] = index end
  same(#notation.show(long) < 1100, true)
end)

test("a command's words are split at blanks and quotes", function()
  for text, words in pairs {
    ["SET key value"] = { "SET", "key", "value" },
    ['  SET k "a b"\t\'c d\' ""'] = { "SET", "k", "a b", "c d", "" },
    [ [[a "\x41\n\"\\\q\xZ" '\'\n']] ] = { "a", 'A\n"\\qxZ', "'\\n" },
    ['a"b'] = { 'a"b' },
  } do
    same(notation.words(text), words)
  end
end)

test("quotes that do not pair up and empty lines are refused", function()
  for _, text in ipairs { 'a "b', "a 'b", '"a"b', '"a\\' } do
    same(harness.raised(notation.words, text).text,
      "the quotes do not pair up in " .. prelude.describe.bytes(text))
  end
  same(harness.raised(notation.words, " ").text, "a command has at least one word")
end)

test("what is no reply is refused", function()
  for _, text in ipairs { "(integer) x", "(what) 1", '"a" b', "(nil) x", "(integer) 1.5", "(integer)" } do
    same(harness.raised(notation.reply, text).text:find("is no reply", 1, true) ~= nil, true)
  end
  same(harness.raised(notation.reply, '"a').text, 'the quotes do not pair up in "\\"a"')
end)
