-- Reading: read, readAll, readLine, peek and skip.

local harness = ...
local test, same, fails, raises = harness.test, harness.same, harness.fails, harness.raises
local turnUntil, awaitBytes, holding = harness.turnUntil, harness.awaitBytes, harness.holding
local ended = harness.ended
local localsocket = harness.localsocket

---Calls a method by its name, as a script would, so that messages can tell the name.
local function call(socket, method, ...)
  return load(("local socket = ... return socket:%s(select(2, ...))"):format(method))(socket, ...)
end

local function writeOnly()
  local server = harness.listen()
  return harness.close(assert(localsocket.connect(server:fullServerName(), { mode = "WriteOnly" })))
end

---Each way to read, as a call.
local reads <const> = {
  read = function(socket) return socket:read(10) end,
  readAll = function(socket) return socket:readAll() end,
  readLine = function(socket) return socket:readLine() end,
  peek = function(socket) return socket:peek(10) end,
  skip = function(socket) return socket:skip(10) end,
  getChar = function(socket) return socket:getChar() end,
}

local numbers <const> =
  { read = "D13", readAll = "D14", readLine = "D15", peek = "D18", skip = "D19", getChar = "D20" }

for name, read in pairs(reads) do
  local nothing = ""
  if name == "skip" then nothing = 0 elseif name == "getChar" then nothing = nil end
  local number = numbers[name]

  test(("%s: %s of a connection without bytes gives nothing, and no error"):format(number, name),
    function() same({ read(harness.pair()) }, { nothing }) end)

  test(("%s: %s at the end of the stream says that the peer has closed"):format(number, name),
    function() fails(nil, "PeerClosedError", read(ended(""))) end)

  test(("%s: %s of a socket that was never opened fails"):format(number, name),
    function() fails(nil, "OperationError", read(localsocket.Socket())) end)

  test(("%s: %s of a closed socket fails"):format(number, name), function()
    local a = holding("hello")
    a:close()
    fails(nil, "OperationError", read(a))
  end)

  test(("%s: %s of a socket that is open for writing only fails"):format(number, name),
    function() fails(nil, "OperationError", read(writeOnly())) end)
end

for _, name in ipairs { "read", "readLine", "peek", "skip" } do
  test(("%s: %s refuses a negative count"):format(numbers[name], name), function()
    local a = holding("hello")
    raises("#1 to '" .. name .. "'", call, a, name, -1)
  end)
end

-- MARK: D13 and D14, read and readAll

test("D13: read takes what is there, at most so many bytes", function()
  local a = holding("hello")

  same({ a:read(2), a:read(100) }, { "he", "llo" })
end)

test("D13: read(0) gives no bytes in every state", function()
  local a = ended("hello")
  local some = a:read(0)
  a:readAll()

  same({ some, a:read(0), harness.pair():read(0) }, { "", "", "" })
end)

test("D13: unread bytes stay readable after the end", function()
  local a = ended("hello")

  same({ a:read(2), a:read(10) }, { "he", "llo" })
  fails(nil, "PeerClosedError", a:read(10))
end)

test("D14: readAll takes all that is there", function()
  local a, b = holding("hello")
  a:ungetChar("[")
  b:write(" world")
  awaitBytes(a, 12)

  same({ a:readAll(), a:readAll() }, { "[hello world", "" })
end)

-- MARK: D15 and D17, lines

test("D15: readLine takes one line with its end", function()
  local a = holding("one\n\ntwo\r\nthree")

  same({ a:readLine(), a:readLine(), a:readLine() }, { "one\n", "\n", "two\r\n" })
end)

test("D15: readLine takes what there is of a line without an end", function()
  local a = holding("thr")

  same({ a:canReadLine(), a:readLine(), a:readLine() }, { false, "thr", "" })
end)

test("D15: readLine gives at most as many bytes as it is told", function()
  local a = holding("abcdef\n")

  same({ a:readLine(4), a:readLine(1), a:readLine(10) }, { "abcd", "e", "f\n" })
end)

test("D15: readLine(0) sets no limit", function()
  same(holding("abcdef\nx"):readLine(0), "abcdef\n")
end)

test("D15: a NUL byte does not end a line", function()
  same(holding("a\0b\n"):readLine(), "a\0b\n")
end)

test("D15: a long line comes in one piece", function()
  local text = ("x"):rep(100000) .. "\n"

  same(holding(text .. "y"):readLine(), text)
end)

test("D15: a line that comes in pieces is whole in the end", function()
  local a, b = holding("one")
  same(a:canReadLine(), false)
  b:write(" line\nrest")
  turnUntil(function() return a:canReadLine() end)

  same({ a:readLine(), a:readAll() }, { "one line\n", "rest" })
end)

-- MARK: D18, peek

test("D18: peek gives bytes and leaves them, again and again", function()
  local a = holding("hello")

  same({ a:peek(2), a:peek(100), a:bytesAvailable(), a:readAll() }, { "he", "hello", 5, "hello" })
end)

test("D18: peek sees what has come since", function()
  local a, b = holding("one")
  same(a:peek(10), "one")
  b:write("two")
  awaitBytes(a, 6)

  same({ a:peek(10), a:read(4), a:peek(10) }, { "onetwo", "onet", "wo" })
end)

test("D18: peek(0) gives no bytes", function()
  same(holding("hello"):peek(0), "")
end)

test("D18: peek sees what is left after the end", function()
  local a = ended("hello")

  same({ a:peek(10), a:readAll() }, { "hello", "hello" })
end)

test("D18: peek does not make an arrival old", function()
  local a = holding("hello")

  a:peek(1)

  same(a:waitForReadyRead(0), true)
end)

-- MARK: D19, skip

test("D19: skip drops what is there, at most so many bytes", function()
  local a = holding("hello world")

  same({ a:skip(6), a:read(2), a:skip(100), a:bytesAvailable() }, { 6, "wo", 3, 0 })
end)

test("D19: skip(0) drops nothing", function()
  local a = holding("hello")

  same({ a:skip(0), a:readAll() }, { 0, "hello" })
end)

test("D19: skip in text mode counts what a read would give", function()
  local a = holding("a\r\nb\r\nc")
  a:setTextModeEnabled(true)

  same({ a:skip(3), a:readAll() }, { 3, "\nc" })
end)

test("D19: skip counts a line feed as any byte", function()
  local a = holding("one\ntwo")

  same({ a:skip(5), a:readAll() }, { 5, "wo" })
end)
