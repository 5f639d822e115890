-- What cases start from: sockets in a given state, files, and other processes. All of it goes with
-- the case.

local harness = ...
local localsocket, closing, limit = harness.localsocket, harness.closing, harness.limit

-- MARK: Files

---A name in the file system that nothing bears.
function harness.path()
  local path = os.tmpname()
  os.remove(path)
  return path
end

---A new directory, and what a shell command has put into it.
function harness.directory(command)
  local path = harness.shell("mktemp -d")
  closing { close = function() harness.shell("rm -rf %s", path) end }
  harness.shell("cd %s && %s", path, command or "true")
  return path
end

---The path of a socket file that nobody listens at.
function harness.stale(options)
  local path = harness.directory() .. "/stale"
  local server = assert(localsocket.listen(path .. ".live", options))
  harness.shell("ln %s.live %s", path, path)
  server:close()
  return path
end

-- MARK: Sockets

---An unconnected socket.
function harness.newSocket(kind) return harness.close(localsocket.Socket(kind)) end

---Two connected sockets.
function harness.pair(kind) return closing(localsocket.pair(kind)) end

---A connected socket that has taken in a text, and its peer.
function harness.holding(text)
  local a, b = harness.pair()
  b:write(text)
  harness.awaitBytes(a, #text)
  return a, b
end

---A socket that has taken in a text and the end that followed it.
function harness.ended(text)
  local a, b = harness.pair()
  b:write(text)
  b:close()
  harness.awaitEnd(a)
  return a
end

---The number of a new descriptor, which nobody owns, of what has one: a socket, a file, a number.
function harness.duplicate(object)
  local a, b = harness.pair()
  assert(a:sendMessage("x", { descriptors = { object } }))
  return assert(b:receiveMessage(limit)).descriptors[1]:take()
end

-- MARK: Servers

---A server that does not listen.
function harness.newServer(kind) return harness.close(localsocket.Server(kind)) end

---A server, under a new name if none is given.
function harness.listen(options, name)
  return closing(assert(localsocket.listen(name or harness.path(), options)))
end

---A socket that is connected to a server.
function harness.connect(server, options)
  return closing(assert(localsocket.connect(server:serverName(), options)))
end

---The server's next connection.
function harness.accept(server) return closing(assert(server:accept(limit))) end

---A server and, connected through it, the client's and the server's socket.
function harness.connection()
  local server = harness.listen()
  local client = harness.connect(server)
  return client, harness.accept(server), server
end

---A server that accepts only when asked to, and a client that its full queue keeps connecting.
function harness.fullServer(name)
  local server, client = harness.listen({ backlog = 0 }, name), nil
  server:setMaxPendingConnections(0)
  repeat
    client = closing(localsocket.Socket())
    client:connectToServer(server:serverName())
  until client:state() == "ConnectingState"
  return server, client
end

---A socket that has more to send than the kernel takes, and the server that holds its other end.
function harness.blockedWriter()
  local server = harness.listen()
  server:setMaxPendingConnections(0)
  local writer = harness.connect(server)
  writer:write(("x"):rep(4 << 20))
  while writer:flush() do end
  return writer, server
end

---A socket that is closing, since its peer does not read, and the server that holds its other end.
function harness.closingSocket()
  local client, server = harness.blockedWriter()
  client:disconnectFromServer()
  return client, server
end

---Starts a task that accepts what comes until the server is closed.
function harness.acceptAll(server, served)
  localsocket.spawn(function()
    local connection = server:accept(-1)
    while connection do
      closing(connection)
      if served then served(connection) end
      connection = server:accept(-1)
    end
  end)
end

-- MARK: Other processes

local cpath <const> = os.getenv("LOCALSOCKET_CPATH") or os.getenv("LUA_CPATH")

---Whether `child` finds the module.
harness.hasChildren = cpath ~= nil

---Starts a script in an interpreter of its own; gives the pipe that its output comes through.
---
---The prefix goes before the interpreter in the shell's command.
function harness.child(script, prefix)
  local command <const> = "%s LUA_CPATH='%s' lua5.4 - 2>&1 <<'END'\n%s\nEND"
  return closing(assert(io.popen(command:format(prefix or "", cpath, script))))
end

---Runs a shell command that must succeed; gives its output without the last line end.
function harness.shell(command, ...)
  local pipe = assert(io.popen(command:format(...) .. " 2>&1"))
  local output = pipe:read("a")
  assert(pipe:close(), output)
  return (output:gsub("\n$", ""))
end
