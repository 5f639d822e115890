-- Messages behind their length.
local test, harness = ...
local same = harness.same

local function conversation(codec, ...)
  return harness.conversation({ ... }, { codec = codec })
end

local function pieces(text, size)
  local list = {}
  for first = 1, #text, size do list[#list + 1] = text:sub(first, first + size - 1) end
  return list
end

test("every codec reads what it writes, however it arrives", function()
  for codec, hello in pairs {
    netstring = "5:hello,", u8 = "\5hello", u16be = "\0\5hello", u16le = "\5\0hello",
    u32be = "\0\0\0\5hello", u32le = "\5\0\0\0hello",
  } do
    local c, _, socket = conversation(codec)
    c:send("hello", "", 12)
    same(socket.written[1], hello)
    local bytes = table.concat(socket.written)
    for size = 1, #bytes do
      local reader = harness.conversation(pieces(bytes, size), { codec = codec })
      same({ reader:receive(), reader:receive(), reader:receive() }, { "hello", "", "12" })
    end
  end
end)

test("a message that its length cannot count is refused", function()
  local c = conversation("u8")
  same(#c:send(("x"):rep(255)).socket.written[1], 256)
  same(harness.raised(c.send, c, ("x"):rep(300)).text,
    'a message of the codec "u8" has 255 bytes at most, not 300')
  local wide = conversation("u16le")
  same(harness.raised(wide.send, wide, ("x"):rep(65536)).text,
    'a message of the codec "u16le" has 65535 bytes at most, not 65536')
  same(harness.raised(wide.send, wide, { 1 }).text,
    'a message of the codec "u16le" is a string, not { 1 }')
end)

test("what is no netstring fails at its byte, at once", function()
  for text, told in pairs {
    ["hello"] = { 'expected a digit, got "h"', 1 },
    [":"] = { 'expected a digit, got ":"', 1 },
    ["5x"] = { 'expected a digit or ":", got "x"', 2 },
    ["-1:"] = { 'expected a digit, got "-"', 1 },
    ["05:hello,"] = { "the length 05 begins with 0", 2 },
    ["1234567890"] = { "a length has 9 digits at most, not 1234567890…", 10 },
    ["2:abc,"] = { 'expected "," behind 2 bytes, got "c"', 5 },
  } do
    local c = conversation("netstring", text)
    same(harness.raised(c.receive, c).message,
      ("malformed netstring on «c1»: %s, read up to byte %d of the message"):format(table.unpack(told)))
  end
end)

test("an announced length that never comes is a time-out, not memory", function()
  for codec, text in pairs { u32be = "\xff\xff\xff\xffab", netstring = "999999999:ab" } do
    local c = conversation(codec, text)
    local before = collectgarbage("count")
    same(harness.raised(c.receive, c, { timeout = 10 }).kind, "timeout")
    same(collectgarbage("count") - before < 1000, true)
  end
end)
