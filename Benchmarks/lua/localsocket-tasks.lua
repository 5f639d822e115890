-- The workloads through this project's module, in straight-line code that waits: each end is a
-- task. Runs under parley as it is, and under lua5.4 with localsocket.so on LUA_CPATH.

local localsocket = localsocket or require "localsocket"
local bench = require "bench"

local function secondsSince(started)
  return (localsocket.now() - started) / 1000
end

local function listen()
  return assert(localsocket.listen(bench.path))
end

local function connect()
  return assert(localsocket.connect(bench.path))
end

-- Waits for more bytes; false at the end of the stream. The end may have come already, and with
-- bytes before it.
local function arrives(connection)
  local arrived, problem, code = connection:waitForReadyRead()
  if code == "SocketTimeoutError" then error(problem) end
  return arrived or connection:bytesAvailable() > 0
end

local function send(connection, bytes)
  if connection:write(bytes) ~= #bytes then error("the bytes were not taken") end
end

-- The next whole message, or nil at the end of the stream.
local function receive(connection)
  if not arrives(connection) then return nil end
  local message = connection:read(bench.size)
  while #message < bench.size and arrives(connection) do
    message = message .. connection:read(bench.size - #message)
  end
  return message
end

local function ask(connection, round)
  send(connection, bench.message(round))
  bench.check(receive(connection), round)
end

local function askAll(connections, round)
  for _, connection in ipairs(connections) do
    send(connection, bench.message(round))
  end
  for _, connection in ipairs(connections) do
    bench.check(receive(connection), round)
  end
end

-- Echoes until the peer closes; returns how many bytes.
local function echo(connection)
  local bytes = 0
  local message = receive(connection)
  while message do
    send(connection, message)
    bytes = bytes + #message
    message = receive(connection)
  end
  connection:close()
  return bytes
end

local function askRounds()
  local connection = connect()
  local started = localsocket.now()
  for round = 1, bench.count do
    ask(connection, round)
  end
  bench.printRate("rate", bench.count, secondsSince(started))
  connection:close()
end

-- A stream: the writer lets no more gather than a write or two.
local function sendStream()
  local connection, message = connect(), bench.streamMessage()
  for _ = 1, bench.count do
    send(connection, message)
    while connection:bytesToWrite() > bench.size do
      assert(connection:waitForBytesWritten())
    end
  end
  connection:disconnectFromServer()
  if connection:state() ~= "UnconnectedState" then assert(connection:waitForDisconnected()) end
end

local function receiveStream(connection, rest)
  local received, started = 0, localsocket.now()
  while arrives(connection) do
    local piece = connection:readAll()
    bench.checkPiece(piece, received)
    received = received + #piece
    if rest then rest(received, #piece) end
  end
  bench.printRate("rate", received / bench.size, secondsSince(started))
  return received
end

-- Rests after each so many bytes, for which the limit keeps more from coming.
local function receiveStreamSlowly(connection)
  connection:setReadBufferSize(bench.size)
  return receiveStream(connection, function(received, new)
    if received % bench.restEvery < new then localsocket.sleep(1) end
  end)
end

-- A conversation is one message and its echo or, with messages of no bytes, the server's closing.
local function converse(round)
  local connection = connect()
  if bench.size > 0 then
    ask(connection, round)
  elseif arrives(connection) then
    error("bytes that nobody sent")
  end
  connection:close()
end

local function converseAll()
  local started = localsocket.now()
  for round = 1, bench.count do
    converse(round)
  end
  bench.printRate("rate", bench.count, secondsSince(started))
end

local function serveConversations(server)
  return bench.serveConversations(function() return assert(server:accept()) end, echo)
end

local function playCrowd()
  local server, clients = listen(), {}
  local accepting = localsocket.spawn(function()
    for _ = 1, bench.count do
      localsocket.spawn(echo, assert(server:accept(-1)))
    end
  end)
  bench.pauseAt("idle")
  local started = localsocket.now()
  for index = 1, bench.count do
    clients[index] = connect()
  end
  assert(accepting:join(-1))
  bench.printRate("connect", bench.count, secondsSince(started))
  bench.pauseAt("connected")
  started = localsocket.now()
  for round = 1, bench.crowdRounds do
    askAll(clients, round)
  end
  bench.printRate("echo", bench.crowdRounds * bench.count, secondsSince(started))
  for _, client in ipairs(clients) do
    client:close()
  end
  server:close()
end

-- The next line, or nil at the end of the stream.
local function receiveLine(connection)
  while not connection:canReadLine() do
    if not arrives(connection) then return nil end
  end
  return connection:readLine()
end

local function askLines()
  local connection, requests = connect(), bench.requests()
  local started = localsocket.now()
  for _ = 1, bench.count // bench.size do
    send(connection, requests)
    for _ = 1, bench.size do
      bench.checkLine(receiveLine(connection), "PONG\n")
    end
  end
  bench.printRate("rate", bench.count, secondsSince(started))
  connection:close()
end

local function answerLines(connection)
  local served = 0
  local line = receiveLine(connection)
  while line do
    bench.checkLine(line, "PING\n")
    send(connection, "PONG\n")
    served = served + 1
    line = receiveLine(connection)
  end
  return served
end

-- A server that serves one connection, in a process of its own.
local function servingOne(serve)
  return function()
    local server = listen()
    bench.printReady()
    bench.printServed(serve(assert(server:accept())))
    server:close()
  end
end

local function inTwoTasks(serve, play)
  return function()
    local server = listen()
    local serving = localsocket.spawn(serve, server)
    local playing = localsocket.spawn(play)
    assert(playing:join(-1))
    assert(serving:join(-1))
    server:close()
  end
end

local function servingAccepted(serve)
  return function(server)
    serve(assert(server:accept()))
  end
end

local streamSlowly = inTwoTasks(servingAccepted(receiveStreamSlowly), sendStream)

bench.play {
  roundtrips = {
    server = servingOne(echo),
    client = askRounds,
    both = inTwoTasks(servingAccepted(echo), askRounds),
  },
  stream = {
    server = servingOne(receiveStream),
    client = sendStream,
    both = inTwoTasks(servingAccepted(receiveStream), sendStream),
    slow = function()
      streamSlowly()
      bench.pauseAt("finished")
    end,
  },
  conversations = {
    server = function()
      local server = listen()
      bench.printReady()
      bench.printServed(serveConversations(server))
      server:close()
    end,
    client = converseAll,
    both = inTwoTasks(serveConversations, converseAll),
  },
  crowd = { both = playCrowd },
  lines = { server = servingOne(answerLines), client = askLines },
}
