-- What all objects and functions share: <close>, option tables, durations and constants.

local harness = ...
local test, same, raises, turnUntil = harness.test, harness.same, harness.raises, harness.turnUntil
local settle, connection = harness.settle, harness.connection
local localsocket = harness.localsocket

-- MARK: <close>

test("<close>: a Socket is closed, and can connect again", function()
  local client, _, server = connection()
  do
    local _ <close> = client
  end
  same({ client:state(), client:isOpen() }, { "UnconnectedState", false })

  client:connectToServer(server:fullServerName())

  same(client:state(), "ConnectedState")
end)

test("<close>: a Server stops listening", function()
  local server = harness.listen()
  do
    local _ <close> = server
  end

  same(server:isListening(), false)
end)

test("<close>: a Timer does not fire", function()
  local fired = false
  do
    local _ <close> = localsocket.after(0, function() fired = true end)
  end
  settle()

  same(fired, false)
end)

test("<close>: a Task is cancelled", function()
  local task
  do
    local scoped <close> = localsocket.spawn(localsocket.sleep, "1h")
    task = scoped
    turnUntil(function() return task:status() == "waiting" end)
  end
  turnUntil(function() return task:status() == "cancelled" end)
end)

test("<close>: a Connection is disconnected", function()
  local socket = localsocket.Socket()
  local count = 0
  do
    local _ <close> = socket:on("errorOccurred", function() count = count + 1 end)
  end
  socket:connectToServer(harness.path())

  same(count, 0)
end)

-- MARK: Options, durations

for name, call in pairs {
  connect = function(options) return localsocket.connect("x", options) end,
  listen = function(options) return localsocket.listen("x", options) end,
  sendMessage = function(options) return harness.pair():sendMessage("x", options) end,
} do
  test("options: " .. name .. " refuses an unknown one by name", function()
    raises("unknown option 'timeOut'", call, { timeOut = 5 })
  end)

  test("options: " .. name .. " refuses what is no table", function()
    raises("table expected, got string", call, "timeout")
  end)
end

local socket <const> = localsocket.Socket()
local server <const> = localsocket.Server()

for name, wait in pairs {
  waitForConnected = function(time) return socket:waitForConnected(time) end,
  waitForReadyRead = function(time) return socket:waitForReadyRead(time) end,
  waitForBytesWritten = function(time) return socket:waitForBytesWritten(time) end,
  waitForDisconnected = function(time) return socket:waitForDisconnected(time) end,
  receiveMessage = function(time) return socket:receiveMessage(time) end,
  waitForNewConnection = function(time) return server:waitForNewConnection(time) end,
  accept = function(time) return server:accept(time) end,
  run = localsocket.run,
  step = localsocket.step,
  sleep = localsocket.sleep,
  join = function(time) return localsocket.spawn(function() end):join(time) end,
  connect = function(time) return localsocket.connect("x", { timeout = time }) end,
} do
  test("durations: " .. name .. " takes numbers and texts", function()
    for _, time in ipairs { 0, 1, 1.5, "1ms", "0.001s", "1.5ms" } do wait(time) end
  end)

  test("durations: " .. name .. " refuses what is no time", function()
    for _, time in ipairs { "5", "soon", "-1s", -2, 0 / 0, 1 / 0, {}, true } do
      assert(not pcall(wait, time), tostring(time))
    end
  end)
end

test("durations: each unit is as long as it says", function()
  for text, milliseconds in pairs {
    ["2000us"] = 2, ["2ms"] = 2, ["0.002s"] = 2, ["0.0001m"] = 6,
  } do
    local before = localsocket.now()
    localsocket.sleep(text)
    assert(localsocket.now() - before >= milliseconds, text)
  end
end)

-- MARK: Constants, signals

test("constants: each is its own name", function()
  for _, name in ipairs {
    "UnconnectedState", "ConnectingState", "ConnectedState", "ClosingState",
    "ConnectionRefusedError", "PeerClosedError", "ServerNotFoundError", "SocketAccessError",
    "SocketResourceError", "SocketTimeoutError", "DatagramTooLargeError", "ConnectionError",
    "UnsupportedSocketOperationError", "OperationError", "UnknownSocketError",
    "HostNotFoundError", "AddressInUseError", "NotOpen", "ReadOnly", "WriteOnly", "ReadWrite",
  } do
    same(localsocket[name], name)
  end
end)

test("signals: each can be connected, by on and by once", function()
  for _, signal in ipairs {
    "connected", "disconnected", "errorOccurred", "error", "stateChanged", "readyRead",
    "bytesWritten", "readChannelFinished", "aboutToClose",
  } do
    socket:on(signal, print):disconnect()
    socket:once(signal, print):disconnect()
  end
  server:on("newConnection", print):disconnect()
  server:once("newConnection", print):disconnect()
end)

-- MARK: A second waiter

for name, wait in pairs {
  waitForReadyRead = function(object) return object:waitForReadyRead(-1) end,
  waitForDisconnected = function(object) return object:waitForDisconnected(-1) end,
  receiveMessage = function(object) return object:receiveMessage(-1) end,
} do
  test("waiting: a second task that calls " .. name .. " is refused", function()
    local a, b = harness.pair()
    local task <close> = localsocket.spawn(wait, a)
    turnUntil(function() return task:status() == "waiting" end)

    local answer, message, code = wait(a)

    assert(not answer and message)
    same({ code, task:status(), b:state() }, { "OperationError", "waiting", "ConnectedState" })
  end)
end
