-- Descriptors that go with messages.

local harness = ...
local test, same, raises, settle = harness.test, harness.same, harness.raises, harness.settle
local awaitBytes, newSocket, newServer = harness.awaitBytes, harness.newSocket, harness.newServer

---A file with a text in it, at its beginning.
local function fileWith(text)
  local file = harness.close(assert(io.tmpfile()))
  file:write(text)
  file:flush()
  file:seek("set")
  return file
end

local function contents(number)
  local file <close> = assert(io.open("/proc/self/fd/" .. number))
  return file:read("a")
end

---The descriptors that come out at the other end.
local function passed(...)
  local a, b = harness.pair()
  assert(a:sendMessage("x", { descriptors = { ... } }))
  return assert(b:receiveMessage("10s")).descriptors
end

test("descriptors: files arrive usable and in order", function()
  local received = passed(fileWith("one"), fileWith("two"), fileWith("three"))

  same(#received, 3)
  same({ contents(received[1]:number()), contents(received[2]:number()),
    contents(received[3]:number()) }, { "one", "two", "three" })
  for _, descriptor in ipairs(received) do descriptor:close() end
end)

test("descriptors: a number is sent as the descriptor that it is", function()
  local server = harness.listen()
  local received <close> = passed(server:socketDescriptor())[1]
  local adopting = newServer()

  assert(adopting:listen(received:take()))

  same(adopting:fullServerName(), server:fullServerName())
end)

test("descriptors: a passed socket goes on as a socket of the receiver's", function()
  local a, b = harness.pair()
  local socket = newSocket()
  assert(socket:setSocketDescriptor(passed(a)[1]:take()))
  a:abort()

  socket:write("hello")
  awaitBytes(b, 5)

  same(b:readAll(), "hello")
end)

for _, kind in ipairs { "seqpacket", "datagram" } do
  test("descriptors: they arrive with their message on a " .. kind .. " socket", function()
    local a, b = harness.pair(kind)
    a:sendMessage("plain")
    a:sendMessage("with", { descriptors = { fileWith("text") } })

    local first, second = b:receiveMessage("10s"), b:receiveMessage("10s")

    same({ first.data, #(first.descriptors or {}), second.data }, { "plain", 0, "with" })
    local descriptor <close> = second.descriptors[1]
    same(contents(descriptor:number()), "text")
  end)
end

test("descriptors: a received one is closed on exec", function()
  local descriptor <close> = passed(io.stdout)[1]
  local file <close> = assert(io.open("/proc/self/fdinfo/" .. descriptor:number()))
  local flags = tonumber(file:read("a"):match("flags:%s*(%d+)"), 8)

  assert(flags & tonumber("2000000", 8) ~= 0)
end)

---Whether a connected socket ends when its last other descriptor goes, which a function sees to.
local function endsWith(fn)
  local watched, sent = harness.pair()
  local a, b = harness.pair()
  assert(a:sendMessage("x", { descriptors = { sent } }))
  fn(b)
  sent:abort()
  harness.collectUntil(function() return watched:state() == "UnconnectedState" end)
end

test("descriptors: close closes one", function()
  endsWith(function(b) assert(b:receiveMessage("10s")).descriptors[1]:close() end)
end)

test("descriptors: leaving a scope closes one", function()
  endsWith(function(b)
    local _ <close> = assert(b:receiveMessage("10s")).descriptors[1]
  end)
end)

test("descriptors: a collected one is closed", function()
  endsWith(function(b) assert(b:receiveMessage("10s")) end)
end)

test("descriptors: those of bytes that are simply read are closed", function()
  endsWith(function(b)
    awaitBytes(b, 1)
    b:readAll()
  end)
end)

test("descriptors: those that nobody received are closed with the socket", function()
  endsWith(function(b)
    awaitBytes(b, 1)
    b:close()
  end)
end)

test("descriptors: take gives up the ownership", function()
  local watched, sent = harness.pair()
  local descriptor = passed(sent)[1]
  local number = descriptor:number()
  same(descriptor:take(), number)
  sent:abort()
  descriptor = nil
  collectgarbage()
  collectgarbage()
  settle()
  same(watched:state(), "ConnectedState")

  local socket = newSocket()
  assert(socket:setSocketDescriptor(number))
end)

test("descriptors: what is none is refused", function()
  local a = harness.pair()

  for _, value in ipairs { "x", {}, 1.5, print } do
    raises("descriptors", a.sendMessage, a, "x", { descriptors = { value } })
  end
end)

test("descriptors: a number that is none cannot be sent", function()
  local a = harness.pair()

  local sent, message, code = a:sendMessage("x", { descriptors = { 9999 } })

  same({ sent, type(message), type(code) }, { nil, "string", "string" })
end)
