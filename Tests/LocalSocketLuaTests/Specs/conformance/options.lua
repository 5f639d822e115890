-- The backlog and the options of a server.

local harness = ...
local test, same, raises, newSocket = harness.test, harness.same, harness.raises, harness.newSocket
local newServer, connect, accept = harness.newServer, harness.connect, harness.accept
local shell, directory = harness.shell, harness.directory
local localsocket = harness.localsocket

for _, count in ipairs { 0, 1, 5000 } do
  test(("R16: listenBacklogSize is the %d that was set"):format(count), function()
    local server = newServer()
    server:setListenBacklogSize(count)

    same(server:listenBacklogSize(), count)
  end)
end

test("R17: setListenBacklogSize counts at the next listen", function()
  local server = newServer()
  server:setListenBacklogSize(0)
  server:setMaxPendingConnections(0)
  assert(server:listen(harness.path()))
  server:setListenBacklogSize(10)
  local states = {}
  for index = 1, 2 do
    local socket = newSocket()
    socket:connectToServer(server:fullServerName())
    states[index] = socket:state()
  end

  same({ states, server:listenBacklogSize() }, { { "ConnectedState", "ConnectingState" }, 10 })
end)

---The permissions of a server's file, in octal.
local function permissions(server) return shell("stat -c %%a %s", server:fullServerName()) end

local function listenWith(options)
  local server = newServer()
  server:setSocketOptions(options)
  assert(server:listen(harness.path()))
  return server
end

for _, row in ipairs {
  { "700", "UserAccessOption" },
  { "70", "GroupAccessOption" },
  { "7", "OtherAccessOption" },
  { "777", "WorldAccessOption" },
  { "770", "UserAccessOption", "GroupAccessOption" },
  { "777", "UserAccessOption", "GroupAccessOption", "OtherAccessOption" },
} do
  local options = { table.unpack(row, 2) }
  test(("R19: %s sets the permissions %s"):format(table.concat(options, "|"), row[1]), function()
    same(permissions(listenWith(options)), row[1])
  end)
end

test("R18: socketOptions are those that were set", function()
  local server = newServer()

  server:setSocketOptions { "UserAccessOption" }

  same(server:socketOptions(), { "UserAccessOption" })
end)

test("R19: an unknown option is refused", function()
  local server = newServer()

  raises("#1 to 'setSocketOptions'", function() server:setSocketOptions { "Everybody" } end)
end)

test("R19: a server with access options serves", function()
  local server = listenWith { "UserAccessOption" }
  local client = connect(server)
  client:write("hello")
  local served = accept(server)
  assert(served:waitForReadyRead("10s"))

  same(served:readAll(), "hello")
end)

test("R19: options that are set while listening count at the next listen", function()
  local server = harness.listen()
  local before = permissions(server)

  server:setSocketOptions { "GroupAccessOption" }
  same(permissions(server), before)
  server:close()
  assert(server:listen(harness.path()))

  same(permissions(server), "70")
end)

test("R19: access options leave nothing behind", function()
  local path = directory()
  local server = newServer()
  server:setSocketOptions { "UserAccessOption" }
  assert(server:listen(path .. "/socket"))
  local during = shell("ls -A %s", path)
  server:close()

  same({ during, shell("ls -A %s", path) }, { "socket", "" })
end)

test("R19: AbstractNamespaceOption makes an abstract server", function()
  local name = harness.path()

  local server = newServer()
  server:setSocketOptions { "AbstractNamespaceOption" }
  assert(server:listen(name))

  same({ server:serverName(), server:fullServerName(), (io.open(name)) }, { name, name, nil })
  harness.close(assert(localsocket.connect("@" .. name)))
end)

test("R19: AbstractNamespaceOption wins over access options", function()
  local name = harness.path()

  local server = newServer()
  server:setSocketOptions { "UserAccessOption", "AbstractNamespaceOption" }
  assert(server:listen(name))

  same(io.open(name), nil)
  harness.close(assert(localsocket.connect("@" .. name)))
end)
