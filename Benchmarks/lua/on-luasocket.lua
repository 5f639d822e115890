-- The workloads through LuaSocket's Unix sockets with blocking calls. It has no event loop; with
-- both ends in one thread each end reads when it knows that something is there.

local socket = require "socket"
local unix = require "socket.unix"
local bench = require "bench"

local function listen()
  local listener = assert(unix())
  assert(listener:bind(bench.path))
  assert(listener:listen(128))
  return listener
end

local function connect()
  local connection = assert(unix())
  assert(connection:connect(bench.path))
  return connection
end

-- The next whole message or line, or nil at the end of the stream.
local function receive(connection, pattern)
  local bytes, problem = connection:receive(pattern)
  if not bytes and problem ~= "closed" then error(problem) end
  return bytes
end

local function echo(connection)
  local bytes = 0
  local message = receive(connection, bench.size)
  while message do
    assert(connection:send(message))
    bytes = bytes + #message
    message = receive(connection, bench.size)
  end
  connection:close()
  return bytes
end

local function echoOnce(connection)
  assert(connection:send(receive(connection, bench.size)))
end

local function sendMessage(connection, round)
  assert(connection:send(bench.message(round)))
end

local function checkReply(connection, round)
  bench.check(receive(connection, bench.size), round)
end

local function timing(play)
  return function()
    local started = socket.gettime()
    play()
    bench.printRate("rate", bench.count, socket.gettime() - started)
  end
end

local function serving(serve)
  return function()
    local listener = listen()
    bench.printReady()
    bench.printServed(serve(listener))
  end
end

local function servingOne(serve)
  return serving(function(listener)
    return serve(assert(listener:accept()))
  end)
end

local function askRounds()
  local connection = connect()
  for round = 1, bench.count do
    sendMessage(connection, round)
    checkReply(connection, round)
  end
  connection:close()
end

local function askAndEcho()
  local listener = listen()
  local client = connect()
  local server = assert(listener:accept())
  for round = 1, bench.count do
    sendMessage(client, round)
    echoOnce(server)
    checkReply(client, round)
  end
end

local function sendStream()
  local connection, message = connect(), bench.streamMessage()
  for _ = 1, bench.count do
    assert(connection:send(message))
  end
  connection:close()
end

local function receivePiece(connection, received)
  local piece, problem, part = connection:receive(bench.size)
  piece = piece or part
  if #piece == 0 then return piece, assert(problem == "closed", problem) end
  bench.checkPiece(piece, received)
  return piece
end

local function receiveStream(connection)
  local received, started = 0, socket.gettime()
  repeat
    local piece = receivePiece(connection, received)
    received = received + #piece
  until #piece == 0
  bench.printRate("rate", received / bench.size, socket.gettime() - started)
  return received
end

-- As many bytes as the kernel holds are written before they are read.
local function sendAndReceiveStream()
  local listener = listen()
  local client, message = connect(), bench.streamMessage()
  local server = assert(listener:accept())
  for round = 1, bench.count do
    assert(client:send(message))
    receivePiece(server, (round - 1) * bench.size)
  end
end

-- A conversation is one message and its echo or, with messages of no bytes, the server's closing.
local function finishConversation(connection, round)
  if bench.size > 0 then
    checkReply(connection, round)
  else
    assert(not receive(connection, 1), "bytes that nobody sent")
  end
  connection:close()
end

local function converseAll()
  for round = 1, bench.count do
    local connection = connect()
    if bench.size > 0 then sendMessage(connection, round) end
    finishConversation(connection, round)
  end
end

local function serveConversations(listener)
  return bench.serveConversations(function() return assert(listener:accept()) end, echo)
end

-- Without messages: each end in turn.
local function converseInTurn()
  local listener = listen()
  for round = 1, bench.count do
    local client = connect()
    assert(listener:accept()):close()
    finishConversation(client, round)
  end
end

local function echoOnAll(clients, servers, round)
  for _, client in ipairs(clients) do
    sendMessage(client, round)
  end
  for _, server in ipairs(servers) do
    echoOnce(server)
  end
  for _, client in ipairs(clients) do
    checkReply(client, round)
  end
end

local function playCrowd()
  local listener, clients, servers = listen(), {}, {}
  bench.pauseAt("idle")
  local started = socket.gettime()
  for index = 1, bench.count do
    clients[index] = connect()
    servers[index] = assert(listener:accept())
  end
  bench.printRate("connect", bench.count, socket.gettime() - started)
  bench.pauseAt("connected")
  started = socket.gettime()
  for round = 1, bench.crowdRounds do
    echoOnAll(clients, servers, round)
  end
  bench.printRate("echo", bench.crowdRounds * bench.count, socket.gettime() - started)
end

-- LuaSocket takes the end of a line away.
local function askLines()
  local connection, requests = connect(), bench.requests()
  for _ = 1, bench.count // bench.size do
    assert(connection:send(requests))
    for _ = 1, bench.size do
      bench.checkLine(receive(connection, "*l"), "PONG")
    end
  end
  connection:close()
end

local function answerLines(connection)
  local served = 0
  local line = receive(connection, "*l")
  while line do
    bench.checkLine(line, "PING")
    assert(connection:send("PONG\n"))
    served = served + 1
    line = receive(connection, "*l")
  end
  return served
end

bench.play {
  roundtrips = { server = servingOne(echo), client = timing(askRounds), both = timing(askAndEcho) },
  stream = {
    server = servingOne(receiveStream),
    client = sendStream,
    both = timing(sendAndReceiveStream),
  },
  conversations = {
    server = serving(serveConversations),
    client = timing(converseAll),
    both = timing(converseInTurn),
  },
  crowd = { both = playCrowd },
  lines = { server = servingOne(answerLines), client = timing(askLines) },
}
