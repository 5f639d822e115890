-- How names become addresses, and what happens to files.

local harness = ...
local test, same, fails, shell = harness.test, harness.same, harness.fails, harness.shell
local stale, directory = harness.stale, harness.directory
local localsocket = harness.localsocket

local unique <const> = harness.path():match("[^/]+$")
local temporary <const> = (os.getenv("TMPDIR") or "/tmp"):gsub("/+$", "")

local function kindOf(path) return shell("stat -c %%F %s 2>/dev/null || true", path) end

-- MARK: Resolving

test("§6: a name that begins with a slash is a path", function()
  local path = harness.path()

  same(harness.listen(nil, path):fullServerName(), path)
end)

test("§6: another name lies in the temporary directory", function()
  local server = harness.listen(nil, unique)

  same(server:fullServerName(), temporary .. "/" .. unique)
end)

test("§6: a name with dots and slashes is not cleaned", function()
  local name = ("../%s/./%s"):format(temporary:match("[^/]+$"), unique)

  same(harness.listen(nil, name):fullServerName(), temporary .. "/" .. name)
end)

test("§6: a name may hold any bytes of a path", function()
  local server = harness.listen(nil, unique .. " ü'\"\n\255")

  harness.close(assert(localsocket.connect(unique .. " ü'\"\n\255")))

  same(server:serverName(), unique .. " ü'\"\n\255")
end)

if harness.hasChildren then
  ---What a server is called in a process in a directory, with another temporary directory.
  local function resolved(workingDirectory, temporaryDirectory)
    local script = ([[
      local localsocket = require "localsocket"
      io.write(assert(localsocket.listen("%s")):fullServerName())
    ]]):format(unique)
    local prefix = ("cd %s; TMPDIR='%s'"):format(workingDirectory, temporaryDirectory)
    return harness.child(script, prefix):read("a")
  end

  for what, form in pairs {
    ["loses a slash at its end"] = "%s/", ["loses slashes at its end"] = "%s//",
    ["loses its dots"] = "%s/./../%s/.", ["is taken from the working directory"] = ".",
    ["is made absolute, then clean"] = "../%s/",
  } do
    test("§6: the temporary directory " .. what, function()
      local path = directory()
      local name = path:match("[^/]+$")
      local temporaryDirectory = form:gsub("^%%s", path):gsub("%%s", name)

      same(resolved(path, temporaryDirectory), path .. "/" .. unique)
    end)
  end

  test("§6: without $TMPDIR names lie in /tmp", function()
    same(resolved("/", ""), "/tmp/" .. unique)
  end)

  test("§6: processes with different temporary directories do not meet", function()
    harness.listen(nil, unique)
    local script = ([[
      local localsocket = require "localsocket"
      io.write(select(3, localsocket.connect("%s")))
    ]]):format(unique)

    local code = harness.child(script, "TMPDIR=" .. directory()):read("a")

    same(code, "ServerNotFoundError")
  end)
end

-- MARK: Lengths and NUL

test("§6: a path of 107 bytes is an address", function()
  local path = harness.path()
  path = path .. ("x"):rep(107 - #path)

  local server = harness.listen(nil, path)

  harness.close(assert(localsocket.connect(path)))
  same(server:fullServerName(), path)
end)

test("§6: an abstract name of 107 bytes is an address, and one of 108 is not", function()
  local name = "@" .. unique .. ("x"):rep(107 - #unique)

  harness.listen(nil, name)

  harness.close(assert(localsocket.connect(name)))
  fails(nil, "ServerNotFoundError", localsocket.connect(name .. "x"))
  fails(nil, "HostNotFoundError", localsocket.listen(name .. "x"))
end)

test("§6: NUL in a path is refused", function()
  fails(nil, "ServerNotFoundError", localsocket.connect("/tmp/a\0b"))
  fails(nil, "HostNotFoundError", localsocket.listen("/tmp/a\0b"))
end)

-- MARK: Abstract names

test("§6: an abstract server makes no file", function()
  harness.listen(nil, "@" .. unique)

  same({ kindOf(temporary .. "/" .. unique), kindOf("/tmp/@" .. unique) }, { "", "" })
end)

test("§6: a NUL at the end of an abstract name counts", function()
  harness.listen(nil, "@" .. unique .. "\0")

  fails(nil, "ConnectionRefusedError", localsocket.connect("@" .. unique))
  harness.close(assert(localsocket.connect("@" .. unique .. "\0")))
end)

test("§6: abstract names and files never meet", function()
  harness.listen(nil, "@" .. unique)
  fails(nil, "ServerNotFoundError", localsocket.connect(unique))

  harness.listen(nil, unique .. ".file")
  fails(nil, "ConnectionRefusedError", localsocket.connect("@" .. unique .. ".file"))
end)

test("names: after @@ a name is abstract and padded", function()
  local server = harness.listen(nil, "@@" .. unique)
  same(server:serverName(), "@@" .. unique)

  fails(nil, "ConnectionRefusedError", localsocket.connect("@" .. unique))

  harness.close(assert(localsocket.connect("@@" .. unique)))
end)

test("names: an abstract name may hold any byte", function()
  local name = "@" .. unique .. "\0\255\1"

  same(harness.listen(nil, name):serverName(), name)

  harness.close(assert(localsocket.connect(name)))
end)

test("names: a file whose name begins with @ is reached through a path", function()
  local name = "/tmp/@" .. unique

  same(harness.listen(nil, name):fullServerName(), name)
end)

-- MARK: Files

test("§6: a server's file has the permissions that the umask leaves", function()
  local server = harness.listen()

  local mode = tonumber(shell("stat -c %%a %s", server:fullServerName()), 8)

  same(mode, 511 & ~tonumber(shell("umask"), 8))
end)

test("§6: a stale file is not replaced", function()
  local path = stale()

  fails(nil, "AddressInUseError", localsocket.listen(path))

  same(kindOf(path), "socket")
end)

test("§6: a file that is no socket is not replaced", function()
  local path = directory("echo kept > file") .. "/file"

  fails(nil, "AddressInUseError", localsocket.listen(path))

  same(shell("cat %s", path), "kept")
end)

for _, name in ipairs { ".", "/", "/tmp" } do
  test("§6: a directory is in use: " .. name, function()
    fails(nil, "AddressInUseError", localsocket.listen(name))
  end)
end

test("§6: removeServer removes a stale file", function()
  local path = stale()

  same({ localsocket.removeServer(path), kindOf(path) }, { true, "" })
end)

test("§6: removeServer does not look whether the server lives", function()
  local server = harness.listen()

  same(localsocket.removeServer(server:fullServerName()), true)

  same(server:isListening(), true)
end)
