-- Single bytes, and write.

local harness = ...
local test, same, fails, raises = harness.test, harness.same, harness.fails, harness.raises
local record, settle, awaitEnd = harness.record, harness.settle, harness.awaitEnd
local awaitBytes, holding, ended = harness.awaitBytes, harness.holding, harness.ended
local connection = harness.connection
local localsocket = harness.localsocket

---Calls a method by its name, as a script would, so that messages can tell the name.
local function call(socket, method, ...)
  return load(("local socket = ... return socket:%s(select(2, ...))"):format(method))(socket, ...)
end

-- MARK: D20 to D22, single bytes

test("D20: getChar takes one byte", function()
  local a = holding("a\0")

  same({ a:getChar(), a:getChar(), a:bytesAvailable() }, { "a", "\0", 0 })
end)

test("D21: putChar queues one byte, a number or a string", function()
  local a, b = harness.pair()

  assert(a:putChar(255))
  assert(a:putChar("x"))
  awaitBytes(b, 2)

  same(b:readAll(), "\255x")
end)

test("D21: putChar of an unconnected socket fails", function()
  local done, _, code = localsocket.Socket():putChar("x")

  assert(not done)
  same(code, "OperationError")
end)

for name, number in pairs { putChar = "D21", ungetChar = "D22" } do
  for _, value in ipairs { -1, 256, 1.5, "", "ab", {} } do
    local what = type(value) == "table" and "a table" or ("%q"):format(value)
    test(("%s: %s refuses what is no byte: %s"):format(number, name, what), function()
      local a = harness.pair()
      raises("#1 to '" .. name .. "'", call, a, name, value)
    end)
  end
end

test("D22: ungetChar puts a byte in front of all unread ones, the last one first", function()
  local a = holding("cd")

  a:ungetChar("b")
  a:ungetChar(("a"):byte())

  same({ a:bytesAvailable(), a:readAll() }, { 4, "abcd" })
end)

test("D22: ungetChar needs no earlier read, and tells nothing", function()
  local a = harness.pair()
  local seen = record(a)

  a:ungetChar("x")
  settle()

  same({ seen, a:atEnd(), a:getChar() }, { {}, false, "x" })
end)

test("D22: ungetChar works on an open device whose connection has ended", function()
  local a = ended("")

  a:ungetChar("x")

  same(a:readAll(), "x")
end)

test("D22: ungetChar of a closed device does nothing", function()
  local socket = localsocket.Socket()

  socket:ungetChar("x")

  same(socket:bytesAvailable(), 0)
end)

test("D22: ungetChar does nothing during a transaction", function()
  local a = holding("hello")
  a:startTransaction()
  a:read(1)

  a:ungetChar("h")

  same(a:readAll(), "ello")
end)

-- MARK: D23, write

test("D23: write queues all bytes and says how many", function()
  local a, b = harness.pair()
  local text = "\0\255\r\n" .. ("x"):rep(100000)

  same({ a:write(text), a:bytesToWrite() }, { 100004, 100004 })
  awaitBytes(b, #text)

  same(b:readAll(), text)
end)

test("D23: writing nothing is fine", function()
  local a = harness.pair()

  same({ a:write(""), a:bytesToWrite() }, { 0, 0 })
end)

test("D23: a socket that is open for reading only refuses to write", function()
  local server = harness.listen()
  local client = harness.close(
    assert(localsocket.connect(server:fullServerName(), { mode = "ReadOnly" })))

  fails(nil, "OperationError", client:write("x"))
end)

test("D23: an open device without a connection refuses to write, and tells nothing", function()
  local a = ended("")
  local seen = record(a)

  fails(nil, "PeerClosedError", a:write("x"))

  same({ seen, a:error() }, { {}, "PeerClosedError" })
end)

test("D23: what is written while a socket closes is delivered before the end", function()
  local client, served = connection()
  client:write("one")
  client:disconnectFromServer()

  same(client:write("two"), 3)
  awaitEnd(served)

  same(served:readAll(), "onetwo")
end)
