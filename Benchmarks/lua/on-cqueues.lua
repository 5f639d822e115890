-- The workloads through cqueues: coroutines that wait, on its own event loop.

local cqueues = require "cqueues"
local socket = require "cqueues.socket"
local bench = require "bench"

local loop = cqueues.new()

-- Bytes as they are, written at once.
local function prepared(connection)
  connection:setmode("bn", "bn")
  return connection
end

local function listen()
  local listener = assert(socket.listen { path = bench.path })
  assert(listener:listen())
  return listener
end

local function connect()
  local connection = prepared(assert(socket.connect { path = bench.path }))
  assert(connection:connect())
  return connection
end

local function accept(listener)
  return prepared(assert(listener:accept()))
end

local function send(connection, bytes)
  assert(connection:write(bytes))
end

local function ask(connection, round)
  send(connection, bench.message(round))
  bench.check(connection:read(bench.size), round)
end

local function askAll(connections, round)
  for _, connection in ipairs(connections) do
    send(connection, bench.message(round))
  end
  for _, connection in ipairs(connections) do
    bench.check(connection:read(bench.size), round)
  end
end

local function echo(connection)
  local bytes = 0
  local message = connection:read(bench.size)
  while message do
    send(connection, message)
    bytes = bytes + #message
    message = connection:read(bench.size)
  end
  connection:close()
  return bytes
end

local function printRate(word, operations, started)
  bench.printRate(word, operations, cqueues.monotime() - started)
end

local function timing(play)
  return function()
    local started = cqueues.monotime()
    play()
    printRate("rate", bench.count, started)
  end
end

local function askRounds()
  local connection = connect()
  for round = 1, bench.count do
    ask(connection, round)
  end
  connection:close()
end

local function sendStream()
  local connection, message = connect(), bench.streamMessage()
  for _ = 1, bench.count do
    send(connection, message)
  end
  connection:close()
end

local function receiveStream(connection)
  local received, started = 0, cqueues.monotime()
  local piece = connection:read(-bench.size)
  while piece do
    bench.checkPiece(piece, received)
    received = received + #piece
    piece = connection:read(-bench.size)
  end
  printRate("rate", received / bench.size, started)
  return received
end

-- A conversation is one message and its echo or, with messages of no bytes, the server's closing.
local function converseAll()
  for round = 1, bench.count do
    local connection = connect()
    if bench.size > 0 then
      ask(connection, round)
    else
      assert(not connection:read(1), "bytes that nobody sent")
    end
    connection:close()
  end
end

local function serveConversations(listener)
  return bench.serveConversations(function() return accept(listener) end, echo)
end

local function playCrowd()
  local listener, clients = listen(), {}
  bench.pauseAt("idle")
  local started = cqueues.monotime()
  for index = 1, bench.count do
    clients[index] = connect()
    loop:wrap(echo, accept(listener))
    cqueues.sleep(0) -- so that the echo has begun to wait
  end
  printRate("connect", bench.count, started)
  bench.pauseAt("connected")
  started = cqueues.monotime()
  for round = 1, bench.crowdRounds do
    askAll(clients, round)
  end
  printRate("echo", bench.crowdRounds * bench.count, started)
  os.exit(true) -- without closing what is left, one by one
end

local function askLines()
  local connection, requests = connect(), bench.requests()
  for _ = 1, bench.count // bench.size do
    send(connection, requests)
    for _ = 1, bench.size do
      bench.checkLine(connection:read "*L", "PONG\n")
    end
  end
  connection:close()
end

local function answerLines(connection)
  local served = 0
  for line in connection:lines "*L" do
    bench.checkLine(line, "PING\n")
    send(connection, "PONG\n")
    served = served + 1
  end
  return served
end

local function one(serve)
  return function(listener)
    return serve(accept(listener))
  end
end

local function running(play)
  return function()
    loop:wrap(play)
    assert(loop:loop())
  end
end

local function serving(serve)
  return running(function()
    local listener = listen()
    bench.printReady()
    bench.printServed(serve(listener))
  end)
end

local function inOneThread(serve, play)
  return function()
    local listener = listen()
    loop:wrap(serve, listener)
    loop:wrap(play)
    assert(loop:loop())
  end
end

bench.play {
  roundtrips = {
    server = serving(one(echo)),
    client = running(timing(askRounds)),
    both = inOneThread(one(echo), timing(askRounds)),
  },
  stream = {
    server = serving(one(receiveStream)),
    client = running(sendStream),
    both = inOneThread(one(receiveStream), sendStream),
  },
  conversations = {
    server = serving(serveConversations),
    client = running(timing(converseAll)),
    both = inOneThread(serveConversations, timing(converseAll)),
  },
  crowd = { both = running(playCrowd) },
  lines = { server = serving(one(answerLines)), client = running(timing(askLines)) },
}
