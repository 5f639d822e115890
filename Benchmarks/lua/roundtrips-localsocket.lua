-- Round trips through this project's module, straight-line code that waits: each end is a task.
-- Runs under parley as it is, and under lua5.4 with localsocket.so on LUA_CPATH.

local localsocket = localsocket or require "localsocket"
local pingpong = require "pingpong"

-- Waits for more bytes; false at the end of the stream.
local function arrives(connection)
  local arrived, problem, code = connection:waitForReadyRead()
  if not arrived and code ~= "PeerClosedError" then error(problem) end
  return arrived
end

-- The next whole message, or nil at the end of the stream.
local function receive(connection)
  if not arrives(connection) then return nil end
  local message = connection:read(pingpong.size)
  while #message < pingpong.size and arrives(connection) do
    message = message .. connection:read(pingpong.size - #message)
  end
  return message
end

local function send(connection, message)
  if connection:write(message) ~= #message then error("the message was not taken") end
end

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

local function ask(path, rounds)
  local connection = assert(localsocket.connect(path))
  local started = localsocket.now()
  for round = 1, rounds do
    send(connection, pingpong.message(round))
    pingpong.check(receive(connection), round)
  end
  pingpong.printRate(rounds, (localsocket.now() - started) / 1000)
  connection:close()
end

pingpong.play {
  server = function(path)
    local server = assert(localsocket.listen(path))
    pingpong.printReady()
    pingpong.printEchoed(echo(assert(server:accept())))
    server:close()
  end,
  client = ask,
  both = function(path, rounds)
    local server = assert(localsocket.listen(path))
    local answering = localsocket.spawn(function()
      echo(assert(server:accept()))
    end)
    local asking = localsocket.spawn(ask, path, rounds)
    assert(asking:join(-1))
    assert(answering:join(-1))
    server:close()
  end,
}
