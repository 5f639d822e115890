-- Sockets that keep the boundaries of messages, and sending and receiving messages.

local harness = ...
local test, same, fails, raises = harness.test, harness.same, harness.fails, harness.raises
local record, turnUntil, awaitEnd = harness.record, harness.turnUntil, harness.awaitEnd
local awaitBytes, accept = harness.awaitBytes, harness.accept
local localsocket = harness.localsocket

---The data of the next message.
local function nextData(socket) return assert(socket:receiveMessage("10s")).data end

-- MARK: Kinds

for _, kind in ipairs { "stream", "seqpacket", "datagram" } do
  test("kinds: a pair of kind " .. kind .. " is connected", function()
    local a, b = harness.pair(kind)

    for _, socket in ipairs { a, b } do
      same({ socket:state(), socket:isOpen(), socket:openMode() },
        { "ConnectedState", true, "ReadWrite" })
    end
  end)

  test("kinds: an unconnected socket of kind " .. kind .. " is like any other", function()
    local socket = localsocket.Socket(kind)

    same({ socket:state(), socket:isOpen(), socket:errorString() },
      { "UnconnectedState", false, "Unknown error" })
  end)
end

test("kinds: another kind is refused", function()
  raises("kind", localsocket.Socket, "pigeon")
  raises("kind", localsocket.pair, "pigeon")
  raises("kind", localsocket.Server, "pigeon")
  raises("kind", localsocket.connect, "x", { kind = "pigeon" })
end)

test("kinds: a server cannot be one of datagrams", function()
  raises("kind", localsocket.Server, "datagram")
end)

---Asserts that a call is refused with a sentence that has a text in it.
local function refused(first, text, ...)
  local message = fails(first, "OperationError", ...)
  assert(message:find(text, 1, true), message)
end

test("kinds: datagram sockets have no peer's credentials", function()
  refused(nil, "each message", harness.pair("datagram"):peerCredentials())
end)

for _, kind in ipairs { "seqpacket", "datagram" } do
  test("kinds: nothing is put back on a " .. kind .. " socket", function()
    local a = harness.pair(kind)

    refused(false, "boundaries", a:startTransaction())
    refused(false, "boundaries", a:ungetChar("x"))
    same({ a:isTransactionStarted(), a:bytesAvailable() }, { false, 0 })
  end)
end

test("kinds: a stream puts back, but not while a transaction is under way", function()
  local a = harness.pair()

  same({ a:ungetChar("x"), a:startTransaction() }, { true, true })
  refused(false, "a transaction is under way", a:ungetChar("y"))
end)

test("kinds: a closed device puts nothing back", function()
  refused(false, "not open", localsocket.Socket():ungetChar("x"))
end)

for _, kind in ipairs { "seqpacket", "datagram" } do
  test("kinds: read gives one message of a " .. kind .. " socket", function()
    local a, b = harness.pair(kind)
    for _, text in ipairs { "one", "two", "three" } do a:write(text) end
    awaitBytes(b, 11)

    same({ b:read(100), b:readAll(), b:read(100), b:readAll() }, { "one", "two", "three", "" })
  end)

  test("kinds: each write on a " .. kind .. " socket is a message", function()
    local a, b = harness.pair(kind)
    a:write("one")
    a:write("two")
    a:sendMessage("three")

    same({ nextData(b), nextData(b), nextData(b) }, { "one", "two", "three" })
  end)

  test("kinds: a large message of a " .. kind .. " socket comes whole", function()
    local a, b = harness.pair(kind)
    local text = ("0123456789"):rep(10000)
    a:write(text)

    same(nextData(b), text)
  end)

  test("kinds: a message that is too large for a " .. kind .. " socket is told with its size",
    function()
      local a, b = harness.pair(kind)
      local size <const> = 4 << 20

      local message = fails(nil, "DatagramTooLargeError", a:sendMessage(("x"):rep(size)))

      assert(message:find(size, 1, true), message)
      assert(b:isOpen())
    end)
end

test("kinds: a datagram socket stays usable after a message that was too large", function()
  local a, b = harness.pair("datagram")
  a:sendMessage(("x"):rep(4 << 20))

  same(a:sendMessage("small"), 5)

  same({ nextData(b), a:state() }, { "small", "ConnectedState" })
end)

test("kinds: a server of seqpacket sockets keeps boundaries", function()
  local server = harness.listen { kind = "seqpacket" }
  local client = harness.close(
    assert(localsocket.connect(server:fullServerName(), { kind = "seqpacket" })))
  local served = accept(server)
  client:write("one")
  client:write("two")

  same({ nextData(served), nextData(served) }, { "one", "two" })
end)

test("kinds: the end of a seqpacket connection is told as a stream's", function()
  local a, b = harness.pair("seqpacket")
  local seen = record(a)
  b:write("last")
  b:close()
  awaitEnd(a)

  same(seen, {
    "readyRead", "errorOccurred PeerClosedError", "stateChanged ClosingState",
    "stateChanged UnconnectedState", "readChannelFinished", "disconnected",
  })
  same(a:readAll(), "last")
end)

-- MARK: sendMessage and receiveMessage

test("sendMessage: on a stream it gives the count, after what was queued", function()
  local a, b = harness.pair()
  a:write("one ")

  same(a:sendMessage("two"), 3)
  awaitBytes(b, 7)

  same(b:readAll(), "one two")
end)

test("sendMessage: it waits for room no longer than its time", function()
  local server = harness.listen { kind = "seqpacket" }
  server:setMaxPendingConnections(0)
  local client = harness.close(
    assert(localsocket.connect(server:fullServerName(), { kind = "seqpacket" })))
  local text, sent, message, code = ("x"):rep(30000), nil, nil, nil
  for _ = 1, 1000 do
    sent, message, code = client:sendMessage(text, { timeout = 1 })
    if not sent then break end
  end

  same({ sent, type(message), code }, { nil, "string", "SocketTimeoutError" })
end)

test("sendMessage: an unconnected socket sends nothing", function()
  fails(nil, "OperationError", localsocket.Socket():sendMessage("x"))
end)

test("sendMessage: an unknown option is refused", function()
  local a = harness.pair()

  raises("unknown option 'descriptor'", a.sendMessage, a, "x", { descriptor = {} })
end)

test("receiveMessage: it times out", function()
  fails(nil, "SocketTimeoutError", (harness.pair()):receiveMessage(1))
end)

test("receiveMessage: the end of the stream ends it", function()
  local a, b = harness.pair()
  b:close()

  fails(nil, "PeerClosedError", a:receiveMessage("10s"))
end)

test("receiveMessage: an unconnected socket receives nothing", function()
  fails(nil, "OperationError", localsocket.Socket():receiveMessage(-1))
end)

test("receiveMessage: a task that waits for a message lets others run", function()
  local a, b = harness.pair()
  local task = localsocket.spawn(nextData, a)
  turnUntil(function() return task:status() == "waiting" end)

  b:write("hello")

  same({ task:join("10s") }, { true, "hello" })
end)

test("receiveMessage: on a stream a message ends where descriptors came", function()
  local a, b = harness.pair()
  a:write("plain ")
  a:sendMessage("with", { descriptors = { io.stdout } })
  a:write("after")

  local data, message = "", nil
  repeat
    message = assert(b:receiveMessage("10s"))
    data = data .. message.data
  until #(message.descriptors or {}) > 0

  same({ data, nextData(b) }, { "plain with", "after" })
end)

-- MARK: Why nothing can be written

test("refusals: what is shut down for writing says so", function()
  local a = harness.pair()
  a:shutdown("write")

  for _, member in ipairs { "write", "writeData", "sendMessage" } do
    assert(fails(nil, "OperationError", a[member](a, "x")):find("writing end was shut down", 1, true))
  end
end)

test("refusals: a receiver without a peer asks for a name", function()
  local receiver = harness.listen { kind = "datagram" }

  for _, member in ipairs { "write", "sendMessage" } do
    assert(fails(nil, "OperationError", receiver[member](receiver, "x")):find("no peer", 1, true))
  end
end)
