-- Names of sockets: paths, bare names, abstract and padded abstract ones.

local harness = ...
local test, same, fails = harness.test, harness.same, harness.fails
local localsocket = harness.localsocket

local unique = harness.path():match("[^/]+$")

---Connects through a name and says what both ends call it.
local function meet(name)
  local server = harness.listen(nil, name)
  local client = harness.close(assert(localsocket.connect(name)))
  local served = harness.close(assert(server:accept("10s")))
  client:write("hello")
  assert(served:waitForReadyRead("10s"))
  same(served:readAll(), "hello")
  return server, client, served
end

test("a path is used as it is", function()
  local path = harness.path()
  local server, client, served = meet(path)
  same({ server:serverName(), server:fullServerName() }, { path, path })
  same({ client:serverName(), client:fullServerName() }, { path, path })
  same({ served:serverName(), served:fullServerName() }, { path:match("[^/]+$"), path })
end)

test("a bare name lies in the temporary directory", function()
  local directory = os.getenv("TMPDIR") or "/tmp"
  local server, client = meet(unique)
  local path = directory:gsub("/+$", "") .. "/" .. unique
  same({ server:serverName(), server:fullServerName() }, { unique, path })
  same({ client:serverName(), client:fullServerName() }, { unique, path })
end)

test("a name after @ is abstract", function()
  local server, client, served = meet("@" .. unique)
  same({ server:serverName(), server:fullServerName() }, { "@" .. unique, unique })
  same({ client:serverName(), client:fullServerName() }, { "@" .. unique, unique })
  same(served:fullServerName(), unique)
  same(io.open("/tmp/" .. unique), nil)
end)

test("a name after @@ is abstract and padded", function()
  local server = meet("@@" .. unique)
  same(server:serverName(), "@@" .. unique)
  fails(nil, "ConnectionRefusedError", localsocket.connect("@" .. unique))
  assert(localsocket.connect("@@" .. unique)):close()
end)

test("an abstract name may hold NUL and any byte", function()
  local name = "@" .. unique .. "\0\255\1"
  local server = meet(name)
  same(server:serverName(), name)
  fails(nil, "ConnectionRefusedError", localsocket.connect("@" .. unique))
end)

test("abstract names and files never meet", function()
  harness.listen(nil, "@" .. unique)
  fails(nil, "ServerNotFoundError", localsocket.connect(unique))
end)

test("a file whose name begins with @ is reached through a path", function()
  local name = "/tmp/@" .. unique
  local server = meet(name)
  same(server:fullServerName(), name)
end)

test("names that are too long are refused, not cut", function()
  local long = "/tmp/" .. ("x"):rep(300)
  fails(nil, "ServerNotFoundError", localsocket.connect(long))
  fails(nil, "HostNotFoundError", localsocket.listen(long))
  fails(nil, "ServerNotFoundError", localsocket.connect("@" .. ("x"):rep(108)))
  fails(nil, "HostNotFoundError", localsocket.listen("@" .. ("x"):rep(108)))
end)

test("NUL in a path is refused", function()
  fails(nil, "ServerNotFoundError", localsocket.connect("/tmp/a\0b"))
  fails(nil, "HostNotFoundError", localsocket.listen("/tmp/a\0b"))
end)
