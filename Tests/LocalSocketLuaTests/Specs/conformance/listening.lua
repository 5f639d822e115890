-- listen beyond Qt: stale files, permissions as text, and long paths.

local harness = ...
local test, same, fails, raises = harness.test, harness.same, harness.fails, harness.raises
local turnUntil, connect, accept = harness.turnUntil, harness.connect, harness.accept
local shell, stale, directory = harness.shell, harness.stale, harness.directory
local localsocket = harness.localsocket

local function listen(path, options) return harness.listen(options, path) end

-- MARK: removeStale

test("removeStale: a stale file is replaced", function()
  local path = stale()

  local server = listen(path, { removeStale = true })

  harness.close(assert(localsocket.connect(path)))
  same({ server:waitForNewConnection("10s") }, { true, false })
end)

test("removeStale: without it a stale file is in use", function()
  fails(nil, "AddressInUseError", localsocket.listen(stale(), { removeStale = false }))
end)

test("removeStale: a path that nobody has is simply taken", function()
  listen(harness.path(), { removeStale = true })
end)

test("removeStale: a live server keeps its place", function()
  local live = harness.listen()
  local path = live:fullServerName()

  fails(nil, "AddressInUseError", localsocket.listen(path, { removeStale = true }))

  harness.close(assert(localsocket.connect(path)))
end)

test("removeStale: a live server whose queue is full keeps its place", function()
  local live, client = harness.fullServer()

  fails(nil, "AddressInUseError",
    localsocket.listen(live:fullServerName(), { removeStale = true }))

  harness.acceptAll(live)
  same(client:waitForConnected("10s"), true)
end)

test("removeStale: a file that is no socket stays", function()
  local path = directory() .. "/file"
  shell("echo kept > %s", path)

  fails(nil, "AddressInUseError", localsocket.listen(path, { removeStale = true }))

  same(shell("cat %s", path), "kept")
end)

test("removeStale: a directory stays", function()
  local path = directory()

  fails(nil, "AddressInUseError", localsocket.listen(path, { removeStale = true }))
end)

test("removeStale: a stale receiver of datagrams is replaced", function()
  listen(stale { kind = "datagram" }, { kind = "datagram", removeStale = true })
end)

-- MARK: access

for access, mode in pairs {
  User = "700", Group = "70", Other = "7", World = "777", ["User|Group"] = "770",
  ["User|Group|Other"] = "777",
} do
  test("access: " .. access .. " sets the permissions " .. mode, function()
    local server = harness.listen { access = access }

    same(shell("stat -c %%a %s", server:fullServerName()), mode)
  end)
end

for _, access in ipairs { "user", "User,Group", "Everybody" } do
  test(("access: %q is refused"):format(access), function()
    raises("access", localsocket.listen, harness.path(), { access = access })
  end)
end

test("access: a live server keeps its place", function()
  local live = harness.listen()

  fails(nil, "AddressInUseError", localsocket.listen(live:fullServerName(), { access = "User" }))

  harness.close(assert(localsocket.connect(live:fullServerName())))
end)

test("access: with removeStale a stale file is replaced", function()
  local server = listen(stale(), { access = "User", removeStale = true })

  same(shell("stat -c %%a %s", server:fullServerName()), "700")
end)

test("access: a missing directory is a name error", function()
  fails(nil, "HostNotFoundError", localsocket.listen(harness.path() .. "/x", { access = "User" }))
end)

-- MARK: Long paths

---A path that is longer than an address, in a directory that goes with the case.
local function longPath(file)
  local path = directory() .. "/" .. ("d"):rep(100) .. "/" .. ("e"):rep(100)
  shell("mkdir -p %s", path)
  return path .. "/" .. (file or "socket")
end

test("long paths: a server behind a long path serves", function()
  local path = longPath()
  local server = listen(path)
  same({ server:serverName(), server:fullServerName() }, { path, path })

  local client = harness.close(assert(localsocket.connect(path)))
  client:write("hello")
  local served = accept(server)
  assert(served:waitForReadyRead("10s"))

  same({ served:readAll(), client:fullServerName() }, { "hello", path })
end)

test("long paths: close removes the file", function()
  local path = longPath()
  local server = listen(path)
  same(shell("stat -c %%F %s", path), "socket")

  server:close()

  same(shell("test -e %s || echo gone", path), "gone")
end)

test("long paths: what is there is in use, and removeServer removes it", function()
  local path = longPath()
  listen(path)
  fails(nil, "AddressInUseError", localsocket.listen(path))

  same({ localsocket.removeServer(path), shell("test -e %s || echo gone", path) }, { true, "gone" })
end)

test("long paths: nobody there is no server", function()
  fails(nil, "ServerNotFoundError", localsocket.connect(longPath()))
end)

test("long paths: access and removeStale work there too", function()
  local path = longPath()

  local server = listen(path, { access = "User", removeStale = true })

  same(shell("stat -c %%a %s", path), "700")
  harness.close(assert(localsocket.connect(path)))
  same({ server:waitForNewConnection("10s") }, { true, false })
end)

test("long paths: a receiver of datagrams", function()
  local path = longPath()
  local server = listen(path, { kind = "datagram" })
  local client = harness.close(assert(localsocket.connect(path, { kind = "datagram" })))
  client:write("hello")

  same(assert(server:receiveMessage("10s")).data, "hello")
end)

test("long paths: a file's name that fits nowhere is refused with its length", function()
  local path = longPath(("f"):rep(256))

  local message = fails(nil, "HostNotFoundError", localsocket.listen(path))

  assert(message:find("%d"), message)
  fails(nil, "ServerNotFoundError", localsocket.connect(path))
end)

-- MARK: The other options

test("listen: backlog is the number of those that may wait", function()
  local server = harness.listen { backlog = 3 }

  same(server:listenBacklogSize(), 3)
end)

test("listen: onConnection is called with each connection", function()
  local count = 0
  local server = harness.listen {
    onConnection = function(connection)
      harness.close(connection)
      count = count + 1
    end,
  }
  for _ = 1, 2 do connect(server) end

  turnUntil(function() return count == 2 end)
end)

test("listen: options of another kind are refused", function()
  for name, value in pairs {
    backlog = "5", removeStale = 1, access = 7, kind = 1, onConnection = "print",
  } do
    raises("listen", localsocket.listen, harness.path(), { [name] = value })
  end
end)
