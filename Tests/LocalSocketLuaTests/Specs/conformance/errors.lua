-- What each failure of the system is called.

local harness = ...
local test, same, fails, awaitEnd = harness.test, harness.same, harness.fails, harness.awaitEnd
local newSocket, newServer, connection = harness.newSocket, harness.newServer, harness.connection
local shell, stale, directory = harness.shell, harness.stale, harness.directory
local localsocket = harness.localsocket

-- MARK: connect

---A case for what connecting to a name says.
local function connecting(what, code, text, makeName, kind)
  test("§7: connecting to " .. what, function()
    local socket = newSocket(kind)
    socket:connectToServer(makeName())
    same({ socket:error(), socket:errorString(), socket:state() },
      { code, "QLocalSocket::connectToServer: " .. text, "UnconnectedState" })
  end)
end

local refused <const>, notFound <const> = "ConnectionRefusedError", "ServerNotFoundError"

connecting("a stale file is refused", refused, "Connection refused", stale)
connecting("a file that is no socket is refused", refused, "Connection refused",
  function() return directory("touch file") .. "/file" end)
connecting("an abstract name without a server is refused", refused, "Connection refused",
  function() return "@" .. harness.path() end)
connecting("the root directory is refused", refused, "Connection refused",
  function() return "/" end)
connecting("the temporary directory is refused", refused, "Connection refused",
  function() return "." end)
connecting("a missing file finds no server", notFound, "Invalid name", harness.path)
connecting("a file in a missing directory finds no server", notFound, "Invalid name",
  function() return harness.path() .. "/x" end)
connecting("a link to nowhere finds no server", notFound, "Invalid name",
  function() return directory("ln -s nowhere link") .. "/link" end)
connecting("a file below a file is an unknown error 20", "UnknownSocketError", "Unknown error 20",
  function() return directory("touch file") .. "/file/x" end)
connecting("a link to itself is an unknown error 40", "UnknownSocketError", "Unknown error 40",
  function() return directory("ln -s loop loop") .. "/loop" end)
connecting("a datagram socket is an unknown error 91", "UnknownSocketError", "Unknown error 91",
  function() return harness.listen({ kind = "datagram" }):serverName() end)
connecting("a seqpacket server is an unknown error 91", "UnknownSocketError", "Unknown error 91",
  function() return harness.listen({ kind = "seqpacket" }):serverName() end)
connecting("a stream server with a seqpacket socket is an unknown error 91", "UnknownSocketError",
  "Unknown error 91", function() return harness.listen():serverName() end, "seqpacket")

test("§7: a link to a socket reaches its server", function()
  local path = directory()
  local server = harness.listen(nil, path .. "/socket")
  shell("ln -s socket %s/link", path)

  harness.close(assert(localsocket.connect(path .. "/link")))

  same({ server:waitForNewConnection("10s") }, { true, false })
end)

-- MARK: listen

---A case for what listening at a name says.
local function listening(what, code, text, makeName)
  test("§7: listening at " .. what, function()
    local server = newServer()
    fails(false, code, server:listen(makeName()))
    same({ server:serverError(), server:errorString(), server:isListening() },
      { code, "QLocalServer::listen: " .. text, false })
  end)
end

listening("a name in a missing directory is a name error", "HostNotFoundError", "Name error",
  function() return harness.path() .. "/x" end)
listening("a name below a file is a name error", "HostNotFoundError", "Name error",
  function() return directory("touch file") .. "/file/x" end)
listening("a name below a link to itself is a name error", "HostNotFoundError", "Name error",
  function() return directory("ln -s loop loop") .. "/loop/x" end)
listening("a name that somebody has is in use", "AddressInUseError", "Address in use",
  function() return harness.listen():serverName() end)
listening("an abstract name that somebody has is in use", "AddressInUseError", "Address in use",
  function() return harness.listen(nil, "@" .. harness.path()):serverName() end)
listening("a link to nowhere is in use", "AddressInUseError", "Address in use",
  function() return directory("ln -s nowhere link") .. "/link" end)

-- MARK: read and write

test("§7: a reset is the peer's close", function()
  local a, b = harness.pair()
  a:write("never read")
  a:flush()

  b:abort()
  awaitEnd(a)

  same({ a:error(), a:errorString() }, { "PeerClosedError", "QLocalSocket: Remote closed" })
end)

test("§7: a broken pipe is the peer's close", function()
  local a, b = harness.pair()
  b:close()
  a:write("x")
  a:flush()

  same({ a:error(), a:errorString() }, { "PeerClosedError", "QLocalSocket: Remote closed" })
end)

test("§7: descriptors are closed on exec and do not block", function()
  local client, served, server = connection()
  for _, object in ipairs { client, served, server } do
    local file <close> = assert(io.open("/proc/self/fdinfo/" .. object:socketDescriptor()))
    local flags = tonumber(file:read("a"):match("flags:%s*(%d+)"), 8)
    same(flags & tonumber("2004000", 8), tonumber("2004000", 8))
  end
end)

-- MARK: What only another user or a poorer process meets

if harness.hasChildren then
  test("§7: a process without rights is told so", function()
    local path = directory("mkdir closed && chmod 0 closed")
    local script = ([[
      local localsocket = require "localsocket"
      local socket, server = localsocket.Socket(), localsocket.Server()
      socket:connectToServer("%s/closed/x")
      server:listen("%s/closed/x")
      print(socket:error(), socket:errorString())
      print(server:serverError(), server:errorString())
    ]]):format(path, path)
    -- The superuser has every right until he gives up his capabilities.
    local isSuperuser = shell("id -u") == "0"
    local deprived = isSuperuser and "setpriv --inh-caps=-all --bounding-set=-all env" or ""

    local output = harness.child(script, deprived):read("a")

    same(output, "SocketAccessError\tQLocalSocket::connectToServer: Socket access error\n"
      .. "SocketAccessError\tQLocalServer::listen: Permission denied\n")
  end)

  test("§7: a process without descriptors is told so, and its server goes on", function()
    local script = ([[
      local localsocket = require "localsocket"
      local server = assert(localsocket.listen("%s"))
      local clients, failure = {}, nil
      repeat
        local client, _, code = localsocket.connect(server:fullServerName())
        clients[#clients + 1], failure = client, code
      until failure
      print(failure)
      localsocket.step(1000)
      print(server:serverError(), server:isListening(), server:hasPendingConnections())
      for index = 1, 2 do table.remove(clients):close() end
      print(server:accept("10s") ~= nil)
    ]]):format(harness.path())

    local output = harness.child(script, "ulimit -n 24;"):read("a")

    same(output, "UnsupportedSocketOperationError\nSocketResourceError\ttrue\tfalse\ntrue\n")
  end)
end
