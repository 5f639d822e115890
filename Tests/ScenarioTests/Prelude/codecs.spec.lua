-- The codecs that end messages with a delimiter, and those of a script.
local test, harness = ...
local same = harness.same

test("line, crlf and nul end a message and take the end off", function()
  for codec, ending in pairs { line = "\n", crlf = "\r\n", nul = "\0" } do
    local c, _, socket = harness.conversation({ "one" .. ending .. "two", ending }, { codec = codec })
    c:send("a", 1)
    same(socket.written, { "a" .. ending, "1" .. ending })
    same({ c:receive(), c:receive() }, { "one", "two" })
  end
end)

test("line keeps the CR of a CR LF, and crlf a lone LF", function()
  same(harness.conversation({ "a\r\n" }, { codec = "line" }):receive(), "a\r")
  same(harness.conversation({ "a\nb\r\n" }, { codec = "crlf" }):receive(), "a\nb")
end)

test("what is no text is refused", function()
  local c = harness.conversation({}, { codec = "line" })
  same(harness.raised(c.send, c, { 1 }).text,
    'a message of the codec "line" is a string, not { 1 }')
  same(harness.raised(c.send, c).text, 'a message of the codec "line" is a string, not nil')
end)

test("an unknown codec names the nearest", function()
  local host = harness.load()
  same(harness.raised(host.prelude.codecs.find, "lines").text,
    "there is no codec \"lines\"; did you mean 'line'?")
end)

test("a script's own codec reads with waits", function()
  local codec = {
    encode = function(message) return string.pack(">s2", message) end,
    decode = function(r) return r:bytes(r:u16be()) end,
  }
  local c, _, socket = harness.conversation({ "\0", "\5he", "llo\0\0" }, { codec = codec })
  c:send("abc")
  same(socket.written, { "\0\3abc" })
  same(c:expect("hello"), "hello")
  same(c:expect(""), "")
end)

test("what a codec needs of a script is checked once", function()
  local find = harness.load().prelude.codecs.find
  local codec = {
    name = "mine", awaits = "more", encode = tostring, decode = print, show = tostring, parse = tonumber,
  }
  same(find(codec), codec)
  codec.parse = 1
  same(harness.raised(find, codec).text, "the option 'parse' of a codec is a function, not a number")
end)

test("a script's own codec without its parts is refused", function()
  local host = harness.load()
  same(harness.raised(host.prelude.codecs.find, { encode = print }).text,
    "a codec is { encode = function(message) … end, decode = function(r) … end }")
  same(harness.raised(host.prelude.codecs.find, { encode = print, decod = print }).text,
    "a codec has no option \"decod\"; did you mean 'decode'?")
end)

test("a script's own codec can call bytes malformed", function()
  local codec = {
    name = "dots", encode = tostring,
    decode = function(r)
      if r:bytes(1) ~= "." then r:malformed("no dot") end
    end,
  }
  local c = harness.conversation({ "x." }, { codec = codec })
  same(harness.raised(c.receive, c).message,
    "malformed dots on «c1»: no dot, read up to byte 1 of the message")
end)

local function own(parts)
  parts.encode = parts.encode or function(message) return message end
  parts.decode = parts.decode or function(r) return r:line() end
  return harness.conversation({ "hello\n" }, { codec = parts })
end

test("a decode that gives nil is told, for it would end what iterates over messages", function()
  local c = own { decode = function(r) r:line() end }
  same(harness.raised(c.receive, c).text, "decode of the codec gave nil, which is no message")
end)

test("a show that gives no text is told", function()
  local c = own { show = function() end }
  same(harness.raised(c.expect, c, "hullo").text,
    'show of the codec gave nil for "hello", and not a string')
end)
