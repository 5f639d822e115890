-- RESP both ways, over every write boundary, and what is no RESP.
local test, harness = ...
local same = harness.same

local function pieces(text, size)
  local list = {}
  for first = 1, #text, size do list[#list + 1] = text:sub(first, first + size - 1) end
  return list
end

local function decoded(text, size)
  local c, host = harness.conversation(pieces(text, size or #text), { codec = "resp" })
  return c:receive(), host.prelude.null
end

local function encoded(message, accepts)
  local c, _, socket = harness.conversation({}, { codec = "resp", accepts = accepts })
  c:send(message)
  return table.concat(socket.written)
end

test("every type of version 2 is read over any write boundary", function()
  local text = "*7\r\n+OK\r\n-ERR no\r\n:-42\r\n$5\r\na\r\nbc\r\n$0\r\n\r\n$-1\r\n*2\r\n*0\r\n*-1\r\n"
  for size = 1, #text do
    local value, null = decoded(text, size)
    same(value, { { ok = "OK" }, { err = "ERR no" }, -42, "a\r\nbc", "", null, { {}, null } })
  end
end)

test("every type of version 3 is read over any write boundary", function()
  local text = "*10\r\n%1\r\n+k\r\n:1\r\n~2\r\n:1\r\n:2\r\n#t\r\n#f\r\n,1.5\r\n,inf\r\n(123456789012345678901\r\n"
    .. "_\r\n=6\r\ntxt:hi\r\n>1\r\n|1\r\n+a\r\n+b\r\n!2\r\nno\r\n"
  for size = 1, #text do
    local value, null = decoded(text, size)
    same(value, { { k = 1 }, { 1, 2 }, true, false, 1.5, math.huge, "123456789012345678901", null, "hi",
      { { err = "no" } } })
  end
end)

test("a status matches as text and as a table", function()
  local c = harness.conversation({ "+OK\r\n+OK\r\n*1\r\n+QUEUED\r\n$2\r\nOK\r\n" }, { codec = "resp" })
  same(c:expect("OK").ok, "OK")
  same(c:expect({ ok = "OK" }).ok, "OK")
  c:expect({ "QUEUED" })
  same(c:expect("OK"), "OK")
end)

test("a client's list is an array of bulk strings", function()
  same(encoded { "SET", "k", 1, 1.5 }, "*4\r\n$3\r\nSET\r\n$1\r\nk\r\n$1\r\n1\r\n$3\r\n1.5\r\n")
  same(encoded "PING", "*1\r\n$4\r\nPING\r\n")
  same(encoded { "ECHO", "" }, "*2\r\n$4\r\nECHO\r\n$0\r\n\r\n")
end)

test("a server sends values as they are", function()
  local null = harness.load().prelude.null
  same(encoded("v", true), "$1\r\nv\r\n")
  same(encoded(7, true), ":7\r\n")
  same(encoded({ ok = "OK" }, true), "+OK\r\n")
  same(encoded({ err = "ERR no" }, true), "-ERR no\r\n")
  same(encoded({ 1, { "a" }, {}, true, false }, true),
    "*5\r\n:1\r\n*1\r\n$1\r\na\r\n*0\r\n:1\r\n$-1\r\n")
  same(type(null), "table")
end)

test("null goes out as the null bulk string", function()
  local c, host, socket = harness.conversation({}, { codec = "resp", accepts = true })
  c:send(host.prelude.null)
  same(socket.written, { "$-1\r\n" })
end)

test("what a server sends is what a client reads", function()
  local values = {
    "", "a\r\nb", 0, math.mininteger, math.maxinteger, { "a", { 1, {} } }, { ok = "fine" }, { err = "no" },
  }
  for _, value in ipairs(values) do
    for _, size in ipairs { 1, 2, 3, 1000 } do same(decoded(encoded(value, true), size), value) end
  end
end)

test("messages that cannot be encoded are refused", function()
  for message, text in pairs {
    [{}] = "a command is a list of strings and numbers, not {}",
    [{ { 1 } }] = "a word of a command is a string or a number, not { 1 }",
    [{ "a", true }] = "a word of a command is a string or a number, not true",
  } do
    same(harness.raised(encoded, message).text, text)
  end
  same(harness.raised(encoded, { ok = "a\r\n+b" }, true).text,
    'a status or an error is one line of text, not "a\\r\\n+b"')
  same(harness.raised(encoded, { a = 1 }, true).text,
    "a reply is a list, { ok = text } or { err = text }, not { a = 1 }")
end)

test("hostile input fails with the byte that is wrong", function()
  for text, problem in pairs {
    ["X"] = { '"X" is no type (byte 0x58)', 1 },
    ["HTTP/1.1"] = { '"H" is no type (byte 0x48)', 1 },
    ["\0"] = { '"\\x00" is no type (byte 0x00)', 1 },
    [":1x\r\n"] = { '"1x" is no integer', 5 },
    [":\r\n"] = { '"" is no integer', 3 },
    [":9223372036854775808\r\n"] = { '"9223372036854775808" is no integer', 22 },
    ["$-2\r\n"] = { '"-2" is no length', 5 },
    ["$0x10\r\n"] = { '"0x10" is no length', 7 },
    ["$536870913\r\n"] = { '"536870913" is no length', 12 },
    ["*99999999999999999999\r\n"] = { '"99999999999999999999" is no length', 23 },
    ["$2\r\nabc\r\n"] = { '"c\\r" is no CR LF at the end of a bulk string of 2 bytes', 8 },
    ["*1\r\n$1\r\na\n\r"] = { '"\\n\\r" is no CR LF at the end of a bulk string of 1 byte', 11 },
    ["+O\nK\r\n"] = { '"O\\nK" is no status on one line', 6 },
    ["-ERR a\rb\r\n"] = { '"ERR a\\rb" is no error on one line', 10 },
    ["#x\r\n"] = { '"x" is no boolean', 4 },
    [",1.2.3\r\n"] = { '"1.2.3" is no double', 8 },
    ["%1\r\n,nan\r\n+a\r\n"] = { "the key of a map is nan", 10 },
  } do
    local c = harness.conversation({ text }, { codec = "resp" })
    same(harness.raised(c.receive, c).message,
      ("malformed resp on «c1»: %s, read up to byte %d of the message"):format(table.unpack(problem)))
  end
end)

test("deep nesting ends in a failure", function()
  local c = harness.conversation({ ("*1\r\n"):rep(100000) }, { codec = "resp" })
  same(harness.raised(c.receive, c).message,
    "malformed resp on «c1»: values are nested more than 512 deep, read up to byte 2048 of the message")
  same(type(decoded(("*1\r\n"):rep(500) .. ":1\r\n")), "table")
end)

test("an announced length that never comes is a time-out, not memory", function()
  local c = harness.conversation({ "*1000000000\r\n$500000000\r\nabc" }, { codec = "resp" })
  same(harness.raised(c.receive, c, { timeout = 100 }).message,
    'waited 100 ms for a message on «c1»; 28 bytes "*1000000000\\r\\n$500000000\\r\\nabc" wait for the rest of the message')
end)
