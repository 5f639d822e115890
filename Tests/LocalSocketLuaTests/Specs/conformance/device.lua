-- The device under a socket: its mode, its text mode, and what a sequential device lacks.

local harness = ...
local test, same, awaitEnd = harness.test, harness.same, harness.awaitEnd
local awaitBytes, holding = harness.awaitBytes, harness.holding
local localsocket = harness.localsocket

---A socket that has taken in a text, in text mode.
local function inTextMode(text)
  local a, b = holding(text)
  a:setTextModeEnabled(true)
  return a, b
end

local function opened(mode)
  local server = harness.listen()
  return harness.close(assert(localsocket.connect(server:fullServerName(), { mode = mode })))
end

-- MARK: D1 to D5, the mode

for mode, flags in pairs {
  ReadOnly = { true, true, false }, WriteOnly = { true, false, true },
  ReadWrite = { true, true, true },
} do
  test("D1: a device opened as " .. mode .. " says so", function()
    local socket = opened(mode)

    same(socket:openMode(), mode)
    same({ socket:isOpen(), socket:isReadable(), socket:isWritable() }, flags)
  end)
end

test("D1: a closed device is NotOpen", function()
  local socket = opened("ReadWrite")
  socket:close()

  same(socket:openMode(), "NotOpen")
  same({ socket:isOpen(), socket:isReadable(), socket:isWritable() }, { false, false, false })
end)

test("D3: the device stays open, readable and writable after a disconnect", function()
  local a, b = harness.pair()
  b:close()
  awaitEnd(a)

  same({ a:isOpen(), a:isReadable(), a:isWritable() }, { true, true, true })
end)

for mode, flags in pairs {
  ReadOnly = { true, false }, WriteOnly = { false, true }, ReadWrite = { true, true },
} do
  test("D4, D5: what a device opened as " .. mode .. " is open for", function()
    local server = harness.listen()
    local client = harness.connect(server, { mode = mode })

    same({ client:isReadable(), client:isWritable() }, flags)
  end)
end

-- MARK: D6 and D7, text mode

test("D6: text mode is off at first", function()
  same(harness.pair():isTextModeEnabled(), false)
end)

test("D7: text mode is switched on and off", function()
  local a = harness.pair()

  a:setTextModeEnabled(true)
  local on = a:isTextModeEnabled()
  a:setTextModeEnabled(false)

  same({ on, a:isTextModeEnabled(), a:openMode() }, { true, false, "ReadWrite" })
end)

test("D7: a closed device has no text mode", function()
  local socket = localsocket.Socket()

  socket:setTextModeEnabled(true)

  same(socket:isTextModeEnabled(), false)
end)

test("D7: reading in text mode drops every carriage return", function()
  same(inTextMode("one\r\ntwo\rthree\n\r"):readAll(), "one\ntwothree\n")
end)

test("D7: readLine in text mode ends a line with a line feed alone", function()
  local a = inTextMode("one\r\ntwo\r\n")

  same({ a:readLine(), a:readLine() }, { "one\n", "two\n" })
end)

test("D7: read in text mode counts what it gives", function()
  local a = inTextMode("a\r\nb\r\nc")

  same({ a:read(3), a:read(10) }, { "a\nb", "\nc" })
end)

test("D7: peek in text mode shows what a read will give", function()
  local a = inTextMode("a\r\nb")

  same({ a:peek(10), a:readAll() }, { "a\nb", "a\nb" })
end)

test("D7: getChar in text mode skips a carriage return", function()
  local a = inTextMode("\rx")

  same(a:getChar(), "x")
end)

test("D7: writing in text mode changes nothing", function()
  local a, b = harness.pair()
  a:setTextModeEnabled(true)
  a:write("one\ntwo\r\n")
  awaitBytes(b, 9)

  same(b:readAll(), "one\ntwo\r\n")
end)

-- MARK: D8 to D12, a sequential device

test("D8: the position is always 0", function()
  local a = holding("hello")
  a:read(2)

  same(a:pos(), 0)
end)

test("D9: the size is what is available", function()
  local a = holding("hello")
  a:read(2)

  same({ a:size(), a:bytesAvailable() }, { 3, 3 })
end)

test("D10: a sequential device cannot seek", function()
  local a = holding("hello")

  same((a:seek(0)), false)
  same(a:readAll(), "hello")
end)

test("D11: a sequential device cannot be reset", function()
  local a = holding("hello")
  a:read(2)

  same((a:reset()), false)
  same(a:readAll(), "llo")
end)

test("D12: atEnd says whether there are no unread bytes, connected or not", function()
  local a, b = holding("hello")
  local before = a:atEnd()
  a:readAll()
  local idle = a:atEnd()
  b:write("more")
  b:close()
  awaitEnd(a)

  same({ before, idle, a:atEnd(), localsocket.Socket():atEnd() }, { false, true, false, true })
end)

-- MARK: D28 and D29, the text of the error

test("D28: without an error there is a text all the same", function()
  same(harness.pair():errorString(), "Unknown error")
end)

test("D29: setErrorString sets the text and leaves the code", function()
  local a = harness.pair()

  a:setErrorString("the cable is out")

  same({ a:errorString(), a:error() }, { "the cable is out", "UnknownSocketError" })
end)

test("D29: an empty text shows as Unknown error", function()
  local a = harness.pair()
  a:setErrorString("the cable is out")

  a:setErrorString("")

  same(a:errorString(), "Unknown error")
end)
