-- JSON both ways: what it becomes in Lua, what is no JSON, and streams of values.
local test, harness = ...
local same = harness.same
local prelude = harness.load().prelude
local reading, writing, null = prelude.jsonreading, prelude.jsonwriting, prelude.null
local array, isMarked = prelude.arrays.array, prelude.arrays.isMarked

local function problem(text)
  local value, what, position = reading.value(text)
  same(value, nil)
  return what, position
end

local function refusal(value)
  return harness.raised(writing.text, value).text
end

test("every kind of value is read", function()
  same(reading.value ' { "a" : [ 1 , -2.5e3 , "x" ] , "b" : { } , "c" : [ ] , "d" : true , "e" : false } ',
    { a = { 1, -2500.0, "x" }, b = {}, c = {}, d = true, e = false })
  same(reading.value "null", null)
  same(reading.value '"alone"', "alone")
  same(reading.value "[null,[null]]", { null, { null } })
end)

test("integers are exact in 64 bits, and floats beyond", function()
  for text, value in pairs {
    ["9223372036854775807"] = math.maxinteger, ["-9223372036854775808"] = math.mininteger,
    ["0"] = 0, ["-7"] = -7, ["9223372036854775808"] = 2.0 ^ 63, ["1e2"] = 100.0, ["1.0"] = 1.0,
    ["123456789012345678901234567890"] = 123456789012345678901234567890.0,
  } do
    for _, form in ipairs { text, "[" .. text .. "]" } do
      local got = reading.value(form)
      got = type(got) == "table" and got[1] or got
      same({ got, math.type(got) }, { value, math.type(value) })
    end
  end
  same(1 / reading.value "-0", -math.huge)
end)

test("numbers are written so that they read back as the same", function()
  for _, value in ipairs {
    0.1, 0.1 + 0.2, 1 / 3, 1e300, 5e-324, 2.0 ^ 63, 100.0, -0.0, 123456.789, 1e15, 1e16,
    math.maxinteger, math.mininteger, 0,
  } do
    local back = reading.value(writing.text(value))
    same({ back, math.type(back) }, { value, math.type(value) })
  end
  same(writing.text { 1, 1.0, 0.1 }, "[1,1.0,0.1]")
end)

test("strings keep every byte and character", function()
  local all = {}
  for code = 0, 127 do all[#all + 1] = string.char(code) end
  for _, text in ipairs { table.concat(all), "é€😀", "\u{10FFFF}", '\\"/', "" } do
    same(reading.value(writing.text(text)), text)
  end
  same(reading.value [["\"\\\/\b\f\n\r\t\u0000\u00e9\u20AC\ud83d\ude00"]], '"\\/\b\f\n\r\t\0é€😀')
  same(writing.text "\0\31\127\"\\\n", '"\\u0000\\u001f\127\\"\\\\\\n"')
end)

test("half a surrogate pair is read and written as its escape", function()
  for _, text in ipairs { [["\ud800"]], [["a\udfffb"]], [["\ud83dx"]], [["\ud83d\ud83d"]], [["\ude00\ud83d"]] } do
    same(writing.text(reading.value(text)), text)
  end
  same(reading.value [["\ud83d\ud83d\ude00"]], "\xed\xa0\xbd😀")
end)

test("the last of equal keys counts", function()
  same(reading.value '{"a":1,"b":2,"a":3}', { a = 3, b = 2 })
end)

test("what is no JSON is told with its place", function()
  for text, told in pairs {
    [""] = { "expected a value, got the end", 1 },
    ["{"] = { "expected a key in quotes, got the end", 2 },
    ["{a:1}"] = { 'expected a key in quotes, got "a"', 2 },
    ["{'a':1}"] = { [[expected a key in quotes, got "'a'"]], 2 },
    ['{"a" 1}'] = { 'expected ":" behind the key, got "1"', 6 },
    ['{"a":1 "b"}'] = { 'expected "," or "}", got "\\"b\\""', 8 },
    ['{"a":1,}'] = { 'expected a key in quotes, got "}"', 8 },
    ["[1,]"] = { 'expected a value, got "]"', 4 },
    ["[1 2]"] = { 'expected "," or "]", got "2"', 4 },
    ["[1}"] = { 'expected "," or "]", got "}"', 3 },
    ["[1] x"] = { 'expected the end, got "x"', 5 },
    ["tru"] = { 'expected a value, got "tru"', 1 },
    ["nil"] = { 'expected a value, got "nil"', 1 },
    ["NaN"] = { 'expected a value, got "NaN"', 1 },
    ["01"] = { 'expected a number without a 0 before it, got "01"', 1 },
    ["-"] = { "expected a digit, got the end", 2 },
    ["+1"] = { 'expected a value, got "+1"', 1 },
    [".5"] = { 'expected a value, got ".5"', 1 },
    ["1."] = { "expected a digit, got the end", 3 },
    ["1.e5"] = { "expected a digit, got the end", 5 },
    ["1e"] = { "expected a digit, got the end", 3 },
    ["[1e+]"] = { 'expected a digit, got "]"', 5 },
    ["1e400"] = { 'the number "1e400" is too large for a float', 1 },
    ['"ab'] = { 'expected a closing ", got the end', 4 },
    ['"a\nb"'] = { "expected an escape, got the control character 0x0a", 3 },
    ['"\\x"'] = { 'expected an escape, got "x\\""', 3 },
    ['"\\u12g4"'] = { 'expected four hexadecimal digits, got "12g4\\""', 4 },
    ['"\xff"'] = { "byte 0xff is no UTF-8", 2 },
    ['"\xed\xa0\x80"'] = { "byte 0xed is no UTF-8", 2 },
    ["\0"] = { 'expected a value, got "\\x00"', 1 },
  } do
    same({ problem(text) }, told)
  end
end)

test("no prefix of a value is a value or an error of Lua", function()
  local text = '{"a":[1.5e3,"x\\u00e9\\n",{"b":null,"c":[true,false]}],"d":"\\ud83d\\ude00"}'
  for length = 0, #text - 1 do
    local what, position = problem(text:sub(1, length))
    same(type(what), "string")
    same(position >= 1 and position <= length + 1, true)
  end
end)

test("any byte in any place of a value is read or refused", function()
  local text = '{"a":[-1.5e3,"x\\u00e9",{"b":null}],"d":true}'
  for place = 1, #text do
    for code = 0, 255 do
      local value, what = reading.value(text:sub(1, place - 1) .. string.char(code) .. text:sub(place + 1))
      same(value ~= nil or type(what) == "string", true)
    end
  end
end)

test("deep nesting is refused both ways", function()
  for _, pair in ipairs { { "[", "]" }, { '{"a":', "}" } } do
    local inner = pair[1] == "[" and "" or "1"
    local fits = pair[1]:rep(512) .. inner .. pair[2]:rep(512)
    same(writing.text(reading.value(fits)), fits)
    same(problem(pair[1]:rep(100000)), "values are nested more than 512 deep")
  end
  local nested = {}
  for _ = 1, 600 do nested = { nested } end
  same(refusal(nested):match(": (.*)"), "values are nested more than 512 deep")
end)

test("keys are sorted, and an empty table is an object unless it is an array", function()
  same(writing.text { b = 1, a = { z = {}, y = array {} }, c = null },
    '{"a":{"y":[],"z":{}},"b":1,"c":null}')
  same(writing.text(array { 1, "a" }), '[1,"a"]')
  same(writing.text(reading.value '{"list":[],"object":{}}'), '{"list":[],"object":{}}')
  same(isMarked(reading.value "[1]"), true)
end)

test("what JSON cannot hold is refused by its place", function()
  local cycle = {}
  cycle.self = { cycle }
  for _, pair in ipairs {
    { { a = { 1, print } }, ".a[2] of the message cannot be written as JSON: it has no form for a native function" },
    { 0 / 0, "the message cannot be written as JSON: it has no form for nan" },
    { { math.huge }, "[1] of the message cannot be written as JSON: it has no form for math.huge" },
    { { 1, nil, 3 }, "the message cannot be written as JSON: the list has no [2]; null stands for nothing" },
    { { 1, x = 2 }, "the message cannot be written as JSON: a list has no .x" },
    { { k = { [5] = 1 } }, ".k of the message cannot be written as JSON: the key 5 of an object is no text" },
    { { [true] = 1 }, "the message cannot be written as JSON: the key true of an object is no text" },
    { cycle, ".self[1] of the message cannot be written as JSON: it contains itself" },
    { { "\xff" }, '[1] of the message cannot be written as JSON: the text "\\xff" has a byte 0xff that is no UTF-8' },
    { { prelude.patterns.any }, "[1] of the message cannot be written as JSON: any is a pattern" },
  } do
    same(refusal(pair[1]), pair[2])
  end
end)

test("a table may stand in a message twice", function()
  local shared = { 1 }
  same(writing.text { shared, shared }, "[[1],[1]]")
end)

local function pieces(text, size)
  local list = {}
  for first = 1, #text, size do list[#list + 1] = text:sub(first, first + size - 1) end
  return list
end

test("jsonl takes a value a line", function()
  local c, host, socket = harness.conversation({ '{"id":1}\n[', "]\r\n7\n" }, { codec = "jsonl" })
  local empty = host.prelude.patterns.empty
  same({ c:expect { id = 1 }, c:expect(empty), c:expect(7) }, { { id = 1 }, {}, 7 })
  c:send({ id = 1, list = host.prelude.arrays.array {} }, 5)
  same(socket.written, { '{"id":1,"list":[]}\n', "5\n" })
end)

test("a line that is no JSON fails at its byte", function()
  local c = harness.conversation({ '{"id":1}\n{"id":,}\n' }, { codec = "jsonl" })
  c:receive()
  same(harness.raised(c.receive, c).message,
    'malformed jsonl on «c1»: expected a value, got ",", read up to byte 6 of the message')
  local blank = harness.conversation({ "\n" }, { codec = "jsonl" })
  same(harness.raised(blank.receive, blank).message,
    "malformed jsonl on «c1»: expected a value, got the end, read up to byte 0 of the message")
end)

local values = '{"a":[1,"]}\\"",{}]}[2] \n"x\\\\""y"12 -3.5e1\ttrue false null{}'

test("json takes values from a stream, however they arrive", function()
  for size = 1, #values do
    local c, host = harness.conversation(pieces(values, size), { codec = "json" })
    same({ c:receive(), c:receive(), c:receive(), c:receive(), c:receive(), c:receive(), c:receive(),
      c:receive(), c:receive(), c:receive() },
      { { a = { 1, ']}"', {} } }, { 2 }, 'x\\', "y", 12, -35.0, true, false, host.prelude.null, {} })
    local bytes = ""
    for _, event in ipairs(host.events) do bytes = bytes .. event.text end
    same(bytes, values)
  end
end)

test("a number ends with the connection", function()
  local c = harness.conversation({ "1", "2" }, { codec = "json", ending = "closed" })
  same(c:receive(), 12)
  c:expectEnd()
end)

test("a number of which no end comes is a time-out", function()
  local c = harness.conversation({ "12" }, { codec = "json" })
  same(harness.raised(c.receive, c).message,
    'waited 5 s for a message on «c1»; 2 bytes "12" wait for the rest of the message')
end)

test("blanks behind a value are no bytes that nobody wanted", function()
  local c = harness.conversation({ '{"a":1}', 1, "\r\n", 50, " " }, { codec = "json" })
  c:receive()
  c:quiet(100)
  same(c.reader:unread(), "")
  local ended = harness.conversation({ "{}\n", "\n" }, { codec = "json", ending = "closed" })
  for message in ended:messages() do same(message, {}) end
  ended:expectEnd()
end)

test("bytes that are no value in a stream fail at once", function()
  for text, told in pairs {
    ["hello"] = { 'expected a value, got "h"', 0 },
    [" trip"] = { 'expected a value, got "tri"', 1 },
    ["[1,2}"] = { 'expected "," or "]", got "}"', 4 },
    ["{]"] = { 'expected a key in quotes, got "]"', 1 },
    [("["):rep(600)] = { "values are nested more than 512 deep", 512 },
  } do
    local c = harness.conversation({ text }, { codec = "json" })
    same(harness.raised(c.receive, c).message,
      ("malformed json on «c1»: %s, read up to byte %d of the message"):format(table.unpack(told)))
  end
end)

test("a number goes out with something behind it", function()
  local c, _, socket = harness.conversation({}, { codec = "json" })
  c:send(1, "a", { 2 })
  same(socket.written, { "1\n", '"a"', "[2]" })
end)

test("failures show JSON", function()
  local c = harness.conversation({ '{"b":[],"a":"é"}\n' }, { codec = "jsonl" })
  same(harness.raised(c.expect, c, "e").message,
    'expected the next message on «c1» to match "e", got {"a":"é","b":[]}')
end)

test("a line of a script is JSON", function()
  for _, name in ipairs { "json", "jsonl" } do
    local codec = prelude.codecs.find(name)
    same(codec.parse '{"a":[1]}', { a = { 1 } })
    same(harness.raised(codec.parse, "{a}").text, '"{a}" is no JSON: expected a key in quotes, got "a" at byte 2')
  end
end)

---Counts the Lua instructions of a call, in thousands.
local function cost(fn)
  local count = 0
  debug.sethook(function() count = count + 1 end, "", 1000)
  fn()
  debug.sethook()
  return count
end

test("twice the size or the arrivals of one value cost about twice", function()
  local function read(count, size)
    local text = '["' .. ('x\\"'):rep(count) .. '",' .. ("1,"):rep(count) .. "1]"
    local c = harness.conversation(pieces(text, size), { codec = "json" })
    return cost(function() c:receive() end)
  end
  same(read(8000, 1) < 3 * read(4000, 1), true)
  same(read(80000, 60000) < 3 * read(40000, 60000), true)
end)
