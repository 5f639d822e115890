-- Round trips through luv, libuv's binding for Lua: callbacks and libuv's event loop.

local uv = require "luv"
local pingpong = require "pingpong"

-- Calls `received(message)` for each whole message, whatever pieces it arrives in.
local function onMessage(pipe, received, ended)
  local unread = ""
  pipe:read_start(function(problem, bytes)
    assert(not problem, problem)
    if not bytes then
      return ended()
    end
    unread = #unread == 0 and bytes or unread .. bytes
    while #unread >= pingpong.size do
      local message = unread:sub(1, pingpong.size)
      unread = unread:sub(pingpong.size + 1)
      received(message)
    end
  end)
end

local function closeAll()
  uv.walk(function(handle)
    if not handle:is_closing() then
      handle:close()
    end
  end)
end

local function listen(path, ended)
  local listener, bytes = uv.new_pipe(false), 0
  assert(listener:bind(path))
  assert(listener:listen(1, function(problem)
    assert(not problem, problem)
    local connection = uv.new_pipe(false)
    assert(listener:accept(connection))
    onMessage(connection, function(message)
      bytes = bytes + #message
      connection:write(message)
    end, function()
      ended(bytes)
    end)
  end))
end

local function ask(path, rounds)
  local client, round, started = uv.new_pipe(false), 1, nil
  local function received(message)
    pingpong.check(message, round)
    if round == rounds then
      pingpong.printRate(rounds, (uv.hrtime() - started) * 1e-9)
      return closeAll()
    end
    round = round + 1
    client:write(pingpong.message(round))
  end
  client:connect(path, function(problem)
    assert(not problem, problem)
    onMessage(client, received, function() error("the server closed") end)
    started = uv.hrtime()
    client:write(pingpong.message(round))
  end)
end

pingpong.play {
  server = function(path)
    listen(path, function(bytes)
      pingpong.printEchoed(bytes)
      closeAll()
    end)
    pingpong.printReady()
    uv.run()
  end,
  client = function(path, rounds)
    ask(path, rounds)
    uv.run()
  end,
  both = function(path, rounds)
    listen(path, closeAll)
    ask(path, rounds)
    uv.run()
  end,
}
