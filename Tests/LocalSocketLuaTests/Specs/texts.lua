-- What the module says to people: what failed, on what, why, and what to do instead.

local harness = ...
local test, same, fails, raises = harness.test, harness.same, harness.fails, harness.raises
local pair, listen, newSocket = harness.pair, harness.listen, harness.newSocket
local localsocket = harness.localsocket

---Asserts that a text has other texts in it.
local function has(text, ...)
  for _, part in ipairs { ... } do
    if not text:find(part, 1, true) then error(("%q is not in %q"):format(part, text), 2) end
  end
end

---Asserts that results are a first value, a sentence with texts in it, and a code.
local function tells(first, code, parts, ...) has(fails(first, code, ...), table.unpack(parts)) end

-- MARK: Messages that are too long

local tooLong <const> = ("x"):rep(10000000)

for _, kind in ipairs { "seqpacket", "datagram" } do
  for _, call in ipairs { "flush", "waitForBytesWritten" } do
    test(call .. " tells the sizes of a " .. kind .. " message that is too long", function()
      local a = pair(kind)
      a:write(tooLong)

      tells(false, "DatagramTooLargeError", { call, "10000000 bytes", "at most" }, a[call](a))
    end)
  end
end

for _, call in ipairs { "flush", "waitForBytesWritten" } do
  test(call .. " fails where a message was dropped behind one that was sent", function()
    local a, b = pair("datagram")
    a:write("short")
    a:write(tooLong)

    tells(false, "DatagramTooLargeError", { call, "10000000 bytes" }, a[call](a))
    same(assert(b:receiveMessage(harness.limit)).data, "short")
  end)
end

test("a parked waitForBytesWritten fails where a message was dropped behind one that was sent",
  function()
    local server = listen { kind = "seqpacket" }
    local writer = harness.connect(server, { kind = "seqpacket" })
    repeat writer:write("x") until not writer:flush()
    writer:write(tooLong)
    local task = localsocket.spawn(writer.waitForBytesWritten, writer, harness.limit)
    harness.turnUntil(function() return task:status() == "waiting" end)

    local reader = harness.accept(server)
    reader:on("readyRead", function() reader:readAll() end)

    local results = table.pack(task:join(harness.limit))
    same(results[1], true)
    tells(false, "DatagramTooLargeError", { "waitForBytesWritten", "10000000 bytes" },
      table.unpack(results, 2, results.n))
  end)

test("a message that waits behind one that is too long is sent", function()
  local server = listen { kind = "seqpacket" }
  local writer = harness.connect(server, { kind = "seqpacket" })
  repeat writer:write("x") until not writer:flush()
  writer:write(tooLong)
  local task = localsocket.spawn(function() return writer:sendMessage("last") end)
  harness.turnUntil(function() return task:status() == "waiting" end)

  local reader, last = harness.accept(server), nil
  reader:on("readyRead", function()
    local message = reader:receiveMessage(0)
    while message do
      last, message = message.data, reader:receiveMessage(0)
    end
  end)

  same({ task:join(harness.limit) }, { true, 4 })
  harness.turnUntil(function() return last == "last" end)
end)

-- MARK: What cannot be sent, received or waited for

test("flush tells that nothing is queued", function()
  tells(false, "OperationError", { "flush", "nothing is queued" }, pair():flush())
end)

test("flush tells that there is no connection", function()
  tells(false, "OperationError", { "flush", "not connected" }, newSocket():flush())
end)

test("flush tells that the peer does not read", function()
  local writer = harness.blockedWriter()

  tells(false, "OperationError", { "flush", "no room", "waitForBytesWritten" }, writer:flush())
end)

test("flush tells that the peer has gone", function()
  local a, b = pair()
  b:close()
  a:write("x")

  fails(false, "PeerClosedError", a:flush())
end)

test("a read after shutdown(\"read\") blames nobody else", function()
  local a = pair()
  a:shutdown("read")

  for _, call in ipairs { "read", "readAll", "readLine", "peek", "getChar", "receiveMessage" } do
    local argument = (call == "read" or call == "peek") and 1 or nil
    tells(nil, "OperationError", { call, "reading end", "shut down" }, a[call](a, argument))
  end
end)

test("waitForReadyRead after shutdown(\"read\") tells of it", function()
  local a = pair()
  a:shutdown("read")

  tells(false, "OperationError", { "reading end", "shut down" }, a:waitForReadyRead(-1))
end)

test("waitForBytesWritten tells that nothing is queued", function()
  tells(false, "OperationError", { "nothing is queued" }, pair():waitForBytesWritten(-1))
end)

test("waitForBytesWritten tells that the writing end was shut down", function()
  local a = pair()
  a:shutdown("write")

  tells(false, "OperationError", { "writing end" }, a:waitForBytesWritten(-1))
end)

for _, condition in ipairs { "ReadyRead", "BytesWritten", "Disconnected" } do
  test("waitFor" .. condition .. " tells that there is no connection", function()
    local socket = newSocket()

    tells(false, "OperationError", { "not connected" }, socket["waitFor" .. condition](socket))
  end)
end

test("waitForConnected tells that nothing connects", function()
  tells(false, "OperationError", { "connectToServer" }, newSocket():waitForConnected())
end)

test("waitForReadyRead tells that the connection is closing", function()
  local socket = harness.closingSocket()

  tells(false, "OperationError", { "closing" }, socket:waitForReadyRead(-1))
end)

-- MARK: What Qt only warns of

test("a transaction inside a transaction is refused and changes nothing", function()
  local a = harness.holding("text")
  same(a:startTransaction(), true)

  tells(false, "OperationError", { "transaction" }, a:startTransaction())

  same(a:isTransactionStarted(), true)
end)

for _, call in ipairs { "commitTransaction", "rollbackTransaction" } do
  test(call .. " tells whether there was a transaction", function()
    local a = harness.holding("text")
    a:startTransaction()

    same({ a[call](a) }, { true })
    tells(false, "OperationError", { call, "no transaction" }, a[call](a))
  end)
end

test("what counts only while unconnected is refused with the state", function()
  local a = pair()

  tells(false, "OperationError", { "setServerName", "ConnectedState" }, a:setServerName("x"))
  tells(false, "OperationError", { "setSocketOptions", "ConnectedState" },
    a:setSocketOptions { "AbstractNamespaceOption" })
end)

test("text mode of a closed device is refused", function()
  tells(false, "OperationError", { "not open" }, newSocket():setTextModeEnabled(true))
end)

test("waitForNewConnection of a server that does not listen tells so", function()
  local server = localsocket.Server()

  tells(false, "OperationError", { "does not listen" }, select(2, server:waitForNewConnection(-1)))
end)

test("waitForNewConnection tells that the server was closed meanwhile", function()
  local server = listen()
  local task = localsocket.spawn(function() return server:waitForNewConnection(-1) end)
  harness.turnUntil(function() return task:status() == "waiting" end)

  server:close()

  local results = table.pack(task:join(harness.limit))
  same({ results[2], results[3] }, { false, false })
  tells(false, "OperationError", { "closed" }, table.unpack(results, 3, results.n))
end)

-- MARK: Servers of another kind

for kind, others in pairs {
  stream = { "seqpacket", "datagram" }, seqpacket = { "stream", "datagram" },
  datagram = { "stream", "seqpacket" },
} do
  test("a " .. kind .. " socket is told that the server is of another kind", function()
    local server = listen { kind = others[1] }

    tells(nil, "UnknownSocketError", { kind, others[1], others[2], "kind = " },
      localsocket.connect(server:serverName(), { kind = kind }))
  end)
end

test("a socket is told that another kind has the abstract name", function()
  local receiver = listen({ kind = "datagram" }, "@" .. harness.path())

  tells(nil, "ConnectionRefusedError", { "datagram or seqpacket socket", "kind = \"datagram\"" },
    localsocket.connect(receiver:serverName()))
end)

-- MARK: Datagrams of a socket that was never opened

test("sendMessage of an unopened datagram socket tells what opens it", function()
  local receiver = listen { kind = "datagram" }
  local sender = newSocket("datagram")

  tells(nil, "OperationError", { "sendMessage", "not open", "connectToServer" },
    sender:sendMessage("x", { to = receiver:serverName() }))
  same(sender:state(), "UnconnectedState")
end)

-- MARK: Bytes

for _, member in ipairs { "write", "writeData", "sendMessage" } do
  test(member .. " tells how a number becomes bytes", function()
    local a = pair()

    local message = raises("string expected, got number", function() a[member](a, 5) end)

    has(message, "tostring", "string.pack")
  end)
end

test("bytes of a name that are no text are shown by their numbers", function()
  tells(nil, "ServerNotFoundError", { [["/tmp/none\xff\xc3"]] },
    localsocket.connect("/tmp/none\xff\xc3"))
end)

-- MARK: Options that are wrong

for _, case in ipairs {
  { "backlog", { kind = "datagram", backlog = 5 } },
  { "onConnection", { kind = "datagram", onConnection = print } },
} do
  local name <const>, options <const> = table.unpack(case)
  test("the option of no use with datagrams is named, and no other: " .. name, function()
    local message = raises(name .. ": ", localsocket.listen, harness.path(), options)

    for _, other in ipairs { "backlog", "onConnection" } do
      assert(other == name or not message:find(other, 1, true), message)
    end
  end)
end

for _, backlog in ipairs { -1, 1 << 31, math.mininteger } do
  test(("a backlog of %d is refused"):format(backlog), function()
    local server = localsocket.Server()

    raises("backlog: a backlog is", localsocket.listen, harness.path(), { backlog = backlog })
    raises("#1 to 'setListenBacklogSize' (a backlog is",
      function() server:setListenBacklogSize(backlog) end)
  end)
end

test("a negative count of pending connections is refused", function()
  local server = localsocket.Server()

  raises("#1 to 'setMaxPendingConnections'", function() server:setMaxPendingConnections(-1) end)
end)

test("access options of an abstract name are refused", function()
  raises("access: ", localsocket.listen, "@" .. harness.path(), { access = "User" })
end)

test("access options may have blanks between them", function()
  local path = harness.path()
  listen({ access = " User | Group " }, path)

  same(harness.shell("stat -c %%a %s", path), "770")
end)

test("descriptors that are no list are asked to be one", function()
  local a = pair()

  raises("descriptors: list of descriptors expected, got string",
    function() a:sendMessage("x", { descriptors = "x" }) end)
end)

test("a negative text of a time tells how to wait for ever", function()
  raises("the number -1", function() newSocket():waitForConnected("-1") end)
end)

test("a text of a time with a blank is told how to write it", function()
  raises("\"5s\"", function() newSocket():waitForConnected("5 s") end)
end)

-- MARK: Names in sentences

test("control characters of a name are shown as escapes", function()
  local _, message = localsocket.connect("/nowhere/a\nb\27[2J")

  has(message, [["/nowhere/a\nb\u{1b}[2J"]])
end)

test("a long name is shown by its ends, and its length is told", function()
  local _, message = localsocket.connect("/nowhere/" .. ("x"):rep(2000) .. "/end")

  has(message, '"/nowhere/xxx', "…", '/end" (2013 bytes)')
  assert(#message < 400, #message)
end)

for what, call in pairs {
  mode = function(text) localsocket.connect("x", { mode = text }) end,
  kind = function(text) localsocket.Socket(text) end,
  access = function(text) localsocket.listen("x", { access = text }) end,
  option = function(text) localsocket.connect("x", { [text] = 1 }) end,
  ["socket option"] = function(text) newSocket():setSocketOptions { text } end,
  signal = function(text) newSocket():on(text, print) end,
  ["server's signal"] = function(text) localsocket.Server():on(text, print) end,
  time = function(text) localsocket.sleep(text) end,
} do
  test("a long and wild " .. what .. " is shown short and on one line", function()
    local message = raises("1000001 bytes", call, "\n" .. ("x"):rep(1000000))

    assert(#message < 500 and not message:find("\n", 1, true), message:sub(1, 500))
  end)
end

-- MARK: Files

test("removeServer leaves what is no socket", function()
  local path = harness.directory("echo kept > notes") .. "/notes"

  tells(false, "AddressInUseError", { path, "no socket" }, localsocket.removeServer(path))

  same(harness.shell("cat %s", path), "kept")
end)

test("the file of a stream socket's own name goes with the connection", function()
  local server, own = listen(), harness.path()
  local client = harness.connect(server, { bind = own })
  same(harness.shell("test -S %s && echo there", own), "there")

  client:close()

  same(harness.shell("test -e %s || echo gone", own), "gone")
end)
