-- What the Lua programs share: the messages, the check of a reply, the clock, and what is printed
-- for the driver. The arguments are the role, the path, the size of a message, and the rounds.

local usage = "usage: server PATH SIZE | client PATH SIZE ROUNDS | both PATH SIZE ROUNDS"

local pingpong = { size = assert(math.tointeger(arg[3]), usage) }

-- Neighbouring rounds differ, so that a late reply is noticed.
local messages = { [0] = ("a"):rep(pingpong.size), [1] = ("b"):rep(pingpong.size) }

function pingpong.message(round)
  return messages[round & 1]
end

function pingpong.check(reply, round)
  if reply ~= messages[round & 1] then
    error(("round %d: the reply is not what was sent"):format(round), 2)
  end
end

function pingpong.printReady()
  print("ready")
  io.stdout:flush()
end

function pingpong.printRate(rounds, seconds)
  print(("rate %.0f"):format(rounds / seconds))
end

function pingpong.printEchoed(bytes)
  print(("echoed %d"):format(bytes))
end

-- Calls the function that `roles` has for the role on the command line.
function pingpong.play(roles)
  local role, path, rounds = arg[1], arg[2], arg[4]
  local play = roles[role]
  assert(play and path, usage)
  play(path, math.tointeger(rounds))
end

return pingpong
