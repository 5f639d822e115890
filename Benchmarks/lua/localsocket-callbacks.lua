-- The workloads through this project's module, with handlers for signals and one event loop. Runs
-- under parley as it is, and under lua5.4 with localsocket.so on LUA_CPATH.

local localsocket = localsocket or require "localsocket"
local bench = require "bench"

local started

local function begin()
  started = localsocket.now()
end

local function printRate(word, operations)
  bench.printRate(word, operations, (localsocket.now() - started) / 1000)
end

-- Calls `connected` with each connection that the server accepts.
local function listen(connected)
  local server = localsocket.Server()
  server:on("newConnection", function()
    local connection = server:nextPendingConnection()
    while connection do
      connected(connection, server)
      connection = server:nextPendingConnection()
    end
  end)
  assert(server:listen(bench.path), server:errorString())
  return server
end

local function connect(connected)
  local socket = localsocket.Socket()
  socket:on("connected", connected)
  socket:on("errorOccurred", function(_, problem)
    if problem ~= "PeerClosedError" then error(socket:errorString()) end
  end)
  socket:connectToServer(bench.path)
  return socket
end

local function send(connection, bytes)
  if connection:write(bytes) ~= #bytes then error("the bytes were not taken") end
end

-- Calls `replied` once the reply to the message of the round is there.
local function onReply(connection, replied)
  connection:on("readyRead", function()
    if connection:bytesAvailable() >= bench.size then replied(connection:readAll()) end
  end)
end

-- Echoes what the connection sends; then calls `ended` with the count of its bytes.
local function echo(connection, ended)
  local bytes = 0
  connection:on("readyRead", function()
    local message = connection:readAll()
    bytes = bytes + #message
    send(connection, message)
  end)
  connection:on("disconnected", function()
    ended(bytes)
  end)
end

local function ignore() end

local function askRounds()
  local round = 1
  local socket <const> = connect(function(socket)
    begin()
    send(socket, bench.message(round))
  end)
  onReply(socket, function(reply)
    bench.check(reply, round)
    if round == bench.count then
      printRate("rate", bench.count)
      return socket:close()
    end
    round = round + 1
    send(socket, bench.message(round))
  end)
end

-- A stream: the writer lets no more gather than a write or two.
local function sendStream()
  local left, message = bench.count, bench.streamMessage()
  local function sendMore(socket)
    while left > 0 and socket:bytesToWrite() <= bench.size do
      send(socket, message)
      left = left - 1
    end
    if left == 0 then socket:disconnectFromServer() end
  end
  connect(sendMore):on("bytesWritten", sendMore)
end

local function receiveStream(connection, ended)
  local received = 0
  begin()
  connection:on("readyRead", function()
    local piece = connection:readAll()
    bench.checkPiece(piece, received)
    received = received + #piece
  end)
  connection:on("disconnected", function()
    printRate("rate", received / bench.size)
    ended(received)
  end)
end

-- What rests leaves the bytes where they are, and so the limit keeps more from coming.
local function receiveStreamSlowly(connection, ended)
  local received, isResting = 0, false
  connection:setReadBufferSize(bench.size)
  begin()
  local function take()
    if isResting or connection:bytesAvailable() == 0 then return end
    local piece = connection:readAll()
    bench.checkPiece(piece, received)
    received = received + #piece
    isResting = received % bench.restEvery < #piece
    if isResting then
      localsocket.after(1, function()
        isResting = false
        take()
      end)
    end
  end
  connection:on("readyRead", take)
  connection:on("disconnected", function()
    isResting = false
    take()
    printRate("rate", received / bench.size)
    ended(received)
  end)
end

-- Serves one connection with a function of it and of what is called with the amount at its end.
local function servingOne(serve)
  return function(ended)
    return listen(function(connection, server)
      server:close()
      serve(connection, ended)
    end)
  end
end

-- A conversation is one message and its echo or, with messages of no bytes, the server's closing.
local function converse(round)
  local function goOn(socket)
    socket:close()
    if round < bench.count then return converse(round + 1) end
    printRate("rate", bench.count)
    localsocket.stop()
  end
  local socket = connect(function(socket)
    if bench.size > 0 then send(socket, bench.message(round)) end
  end)
  if bench.size > 0 then
    onReply(socket, function(reply)
      bench.check(reply, round)
      goOn(socket)
    end)
  else
    socket:on("disconnected", goOn)
  end
end

local function converseAll()
  begin()
  converse(1)
end

local function serveConversations(ended)
  local noteEnd = bench.summing(ended)
  return listen(function(connection)
    if bench.size > 0 then return echo(connection, noteEnd) end
    connection:close()
    noteEnd(1)
  end)
end

local function playCrowd()
  local clients, accepted, round, replies = {}, 0, 1, 0
  local function askAll()
    replies = 0
    for _, client in ipairs(clients) do
      send(client, bench.message(round))
    end
  end
  local function take(reply)
    bench.check(reply, round)
    replies = replies + 1
    if replies < bench.count then return end
    if round == bench.crowdRounds then return localsocket.stop() end
    round = round + 1
    askAll()
  end
  local function connectSome()
    for _ = #clients + 1, math.min(#clients + bench.connectedAtOnce, bench.count) do
      local client = connect(ignore)
      clients[#clients + 1] = client
      onReply(client, take)
    end
  end
  local server = listen(function(connection)
    echo(connection, ignore)
    accepted = accepted + 1
    if accepted == bench.count then return localsocket.stop() end
    if accepted == #clients then connectSome() end
  end)
  bench.pauseAt("idle")
  begin()
  connectSome()
  localsocket.run()
  printRate("connect", bench.count)
  bench.pauseAt("connected")
  begin()
  askAll()
  localsocket.run()
  printRate("echo", round * bench.count)
  for _, client in ipairs(clients) do
    client:close()
  end
  server:close()
end

-- Calls `take` with the number of the lines that have come together.
local function onLines(connection, expected, take)
  connection:on("readyRead", function()
    local count = 0
    while connection:canReadLine() do
      bench.checkLine(connection:readLine(), expected)
      count = count + 1
    end
    if count > 0 then take(count) end
  end)
end

local function askLines()
  local answered, requests = 0, bench.requests()
  local socket <const> = connect(function(socket)
    begin()
    send(socket, requests)
  end)
  onLines(socket, "PONG\n", function(count)
    answered = answered + count
    if answered == bench.count then
      printRate("rate", bench.count)
      socket:close()
    elseif answered % bench.size == 0 then
      send(socket, requests)
    end
  end)
end

local function answerLines(connection, ended)
  local served = 0
  onLines(connection, "PING\n", function(count)
    send(connection, ("PONG\n"):rep(count))
    served = served + count
  end)
  connection:on("disconnected", function()
    ended(served)
  end)
end

local function alone(serve)
  return function()
    local server
    server = serve(function(amount)
      bench.printServed(amount)
      server:close()
    end)
    bench.printReady()
    localsocket.run()
  end
end

local function running(play)
  return function()
    play()
    localsocket.run()
  end
end

local function inOneThread(serve, play)
  return function()
    serve(ignore)
    play()
    localsocket.run()
  end
end

local streamSlowly = inOneThread(servingOne(receiveStreamSlowly), sendStream)

bench.play {
  roundtrips = {
    server = alone(servingOne(echo)),
    client = running(askRounds),
    both = inOneThread(servingOne(echo), askRounds),
  },
  stream = {
    server = alone(servingOne(receiveStream)),
    client = running(sendStream),
    both = inOneThread(servingOne(receiveStream), sendStream),
    slow = function()
      streamSlowly()
      bench.pauseAt("finished")
    end,
  },
  conversations = {
    server = alone(serveConversations),
    client = running(converseAll),
    both = inOneThread(serveConversations, converseAll),
  },
  crowd = { both = playCrowd },
  lines = { server = alone(servingOne(answerLines)), client = running(askLines) },
}
