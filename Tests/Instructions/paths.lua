-- The paths through the Lua module whose instructions `scripts/count-instructions` counts, each taken
-- so many times:  parley run -j 0 paths.lua -- PATH COUNT

local message = ("m"):rep(64)
local paths = {}

-- Two tasks in one thread, each waiting for what the other sends.
paths["round-trip"] = function(count)
  local near <close>, far = assert(localsocket.pair())
  local answering = localsocket.spawn(function()
    for _ = 1, count do
      assert(far:waitForReadyRead())
      far:write(far:readAll())
    end
    far:close()
  end)
  for _ = 1, count do
    near:write(message)
    assert(near:waitForReadyRead())
    assert(near:readAll() == message)
  end
  assert(answering:join())
end

-- The same from handlers, which the loop calls.
paths["callback-round-trip"] = function(count)
  local near <close>, far = assert(localsocket.pair())
  far:on("readyRead", function()
    far:write(far:readAll())
  end)
  near:on("readyRead", function()
    assert(near:readAll() == message)
    count = count - 1
    if count == 0 then return localsocket.stop() end
    near:write(message)
  end)
  near:write(message)
  localsocket.run()
  far:close()
end

-- One task at both ends, so that nothing but the message moves.
paths["send-receive"] = function(count)
  local near <close>, far = assert(localsocket.pair())
  for _ = 1, count do
    near:write(message)
    near:flush()
    assert(far:waitForReadyRead())
    assert(far:read(#message) == message)
  end
  far:close()
end

-- Two tasks that let each other run.
paths["task-switch"] = function(count)
  local other = localsocket.spawn(function()
    for _ = 1, count // 2 do localsocket.sleep(0) end
  end)
  for _ = 1, count // 2 do localsocket.sleep(0) end
  assert(other:join())
end

paths["accept"] = function(count)
  local name = os.tmpname()
  os.remove(name)
  local server <close> = assert(localsocket.listen(name))
  for _ = 1, count do
    local near = assert(localsocket.connect(name))
    local far = assert(server:accept())
    near:close()
    far:close()
  end
end

local take = assert(paths[arg[1]], "there is no such path")
take(assert(math.tointeger(arg[2])))
