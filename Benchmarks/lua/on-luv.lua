-- The workloads through luv, libuv's binding for Lua: callbacks and libuv's event loop.

local uv = require "luv"
local bench = require "bench"

local started

local function begin()
  started = uv.hrtime()
end

local function printRate(word, operations)
  bench.printRate(word, operations, (uv.hrtime() - started) * 1e-9)
end

local function closeAll()
  uv.walk(function(handle)
    if not handle:is_closing() then
      handle:close()
    end
  end)
end

-- Calls `connected` with each connection that is accepted.
local function listen(connected)
  local server = uv.new_pipe(false)
  assert(server:bind(bench.path))
  assert(server:listen(128, function(problem)
    assert(not problem, problem)
    local connection = uv.new_pipe(false)
    assert(server:accept(connection))
    connected(connection)
  end))
end

local function connect(connected)
  local client = uv.new_pipe(false)
  client:connect(bench.path, function(problem)
    assert(not problem, problem)
    connected(client)
  end)
  return client
end

-- Calls `received` with the bytes that arrive, in whatever pieces, and `ended` at their end.
local function onBytes(pipe, received, ended)
  pipe:read_start(function(problem, bytes)
    assert(not problem, problem)
    if bytes then
      received(bytes)
    else
      ended()
    end
  end)
end

local function refuseEnd()
  error("the server closed")
end

-- Calls `replied` with each whole message.
local function onReply(pipe, replied)
  local unread = ""
  onBytes(pipe, function(bytes)
    unread = #unread == 0 and bytes or unread .. bytes
    if #unread >= bench.size then
      local reply = unread
      unread = ""
      replied(reply)
    end
  end, refuseEnd)
end

-- Echoes what comes; then calls `ended` with the count of its bytes.
local function echo(connection, ended)
  local echoed = 0
  onBytes(connection, function(bytes)
    echoed = echoed + #bytes
    connection:write(bytes)
  end, function()
    connection:close()
    ended(echoed)
  end)
end

local function askRounds()
  local round = 1
  connect(function(client)
    begin()
    onReply(client, function(reply)
      bench.check(reply, round)
      if round == bench.count then
        printRate("rate", bench.count)
        return closeAll()
      end
      round = round + 1
      client:write(bench.message(round))
    end)
    client:write(bench.message(round))
  end)
end

-- A stream: a message is written when the one before the last has left.
local function sendStream()
  local left, message = bench.count, bench.streamMessage()
  connect(function(client)
    local function sendNext()
      if left == 0 then
        if not client:is_closing() then client:shutdown(function() client:close() end) end
        left = -1
      elseif left > 0 then
        left = left - 1
        client:write(message, sendNext)
      end
    end
    sendNext()
    sendNext()
  end)
end

local function receiveStream(connection, ended)
  local received = 0
  begin()
  onBytes(connection, function(piece)
    bench.checkPiece(piece, received)
    received = received + #piece
  end, function()
    printRate("rate", received / bench.size)
    ended(received)
  end)
end

-- A conversation is one message and its echo or, with messages of no bytes, the server's closing.
local function converse(round)
  connect(function(client)
    local function goOn()
      client:close()
      if round < bench.count then return converse(round + 1) end
      printRate("rate", bench.count)
      closeAll()
    end
    if bench.size == 0 then
      return onBytes(client, function() error("bytes that nobody sent") end, goOn)
    end
    onReply(client, function(reply)
      bench.check(reply, round)
      goOn()
    end)
    client:write(bench.message(round))
  end)
end

local function converseAll()
  begin()
  converse(1)
end

local function serveConversations(ended)
  local noteEnd = bench.summing(ended)
  return function(connection)
    if bench.size > 0 then return echo(connection, noteEnd) end
    connection:close()
    noteEnd(1)
  end
end

local function ignore() end

local function playCrowd()
  local clients, accepted, round, replies = {}, 0, 1, 0
  local function askAll()
    replies = 0
    for _, client in ipairs(clients) do
      client:write(bench.message(round))
    end
  end
  local function take(reply)
    bench.check(reply, round)
    replies = replies + 1
    if replies < bench.count then return end
    if round == bench.crowdRounds then return uv.stop() end
    round = round + 1
    askAll()
  end
  local function connectSome()
    for _ = #clients + 1, math.min(#clients + bench.connectedAtOnce, bench.count) do
      clients[#clients + 1] = connect(function(client)
        onReply(client, take)
      end)
    end
  end
  listen(function(connection)
    echo(connection, ignore)
    accepted = accepted + 1
    if accepted == bench.count then return uv.stop() end
    if accepted == #clients then connectSome() end
  end)
  bench.pauseAt("idle")
  begin()
  connectSome()
  uv.run()
  printRate("connect", bench.count)
  bench.pauseAt("connected")
  begin()
  askAll()
  uv.run()
  printRate("echo", round * bench.count)
  os.exit(true) -- without closing what is left, one by one
end

-- luv has no lines; these are found as one would with it.
local function onLines(connection, expected, take, ended)
  local unread = ""
  onBytes(connection, function(bytes)
    unread = #unread == 0 and bytes or unread .. bytes
    local first, count = 1, 0
    local last = unread:find("\n", 1, true)
    while last do
      bench.checkLine(unread:sub(first, last), expected)
      first, count = last + 1, count + 1
      last = unread:find("\n", first, true)
    end
    unread = unread:sub(first)
    take(count)
  end, ended)
end

local function askLines()
  local answered, requests = 0, bench.requests()
  connect(function(client)
    begin()
    onLines(client, "PONG\n", function(count)
      answered = answered + count
      if answered == bench.count then
        printRate("rate", bench.count)
        closeAll()
      elseif answered % bench.size == 0 then
        client:write(requests)
      end
    end, refuseEnd)
    client:write(requests)
  end)
end

local function answerLines(connection, ended)
  local served = 0
  onLines(connection, "PING\n", function(count)
    served = served + count
    connection:write(("PONG\n"):rep(count))
  end, function()
    ended(served)
  end)
end

local function printAndClose(amount)
  bench.printServed(amount)
  closeAll()
end

local function one(serve, ended)
  return function(connection)
    serve(connection, ended)
  end
end

local function serving(connected)
  return function()
    listen(connected)
    bench.printReady()
    uv.run()
  end
end

local function running(play)
  return function()
    play()
    uv.run()
  end
end

local function inOneThread(connected, play)
  return function()
    listen(connected)
    play()
    uv.run()
  end
end

bench.play {
  roundtrips = {
    server = serving(one(echo, printAndClose)),
    client = running(askRounds),
    both = inOneThread(one(echo, ignore), askRounds),
  },
  stream = {
    server = serving(one(receiveStream, printAndClose)),
    client = running(sendStream),
    both = inOneThread(one(receiveStream, closeAll), sendStream),
  },
  conversations = {
    server = serving(serveConversations(printAndClose)),
    client = running(converseAll),
    both = inOneThread(serveConversations(ignore), converseAll),
  },
  crowd = { both = playCrowd },
  lines = { server = serving(one(answerLines, printAndClose)), client = running(askLines) },
}
