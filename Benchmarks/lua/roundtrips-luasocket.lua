-- Round trips through LuaSocket's Unix sockets with blocking calls. It has no event loop; with
-- both ends in one thread each end reads when it knows that a message is there.

local socket = require "socket"
local unix = require "socket.unix"
local pingpong = require "pingpong"

local function listen(path)
  local listener = assert(unix())
  assert(listener:bind(path))
  assert(listener:listen(1))
  return listener
end

local function connect(path)
  local connection = assert(unix())
  assert(connection:connect(path))
  return connection
end

local function serve(path)
  local listener = listen(path)
  pingpong.printReady()
  local connection, bytes = assert(listener:accept()), 0
  local message, problem = connection:receive(pingpong.size)
  while message do
    assert(connection:send(message))
    bytes = bytes + #message
    message, problem = connection:receive(pingpong.size)
  end
  assert(problem == "closed", problem)
  pingpong.printEchoed(bytes)
end

local function ask(path, rounds)
  local connection = connect(path)
  local started = socket.gettime()
  for round = 1, rounds do
    assert(connection:send(pingpong.message(round)))
    pingpong.check(connection:receive(pingpong.size), round)
  end
  pingpong.printRate(rounds, socket.gettime() - started)
end

local function playBoth(path, rounds)
  local listener = listen(path)
  local client = connect(path)
  local server = assert(listener:accept())
  local started = socket.gettime()
  for round = 1, rounds do
    assert(client:send(pingpong.message(round)))
    assert(server:send(server:receive(pingpong.size)))
    pingpong.check(client:receive(pingpong.size), round)
  end
  pingpong.printRate(rounds, socket.gettime() - started)
end

pingpong.play { server = serve, client = ask, both = playBoth }
