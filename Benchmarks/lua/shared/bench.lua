-- What the Lua programs share: what is sent, its checks, and what is said to the driver. The
-- arguments are WORKLOAD ROLE PATH SIZE COUNT.

local usage = "usage: WORKLOAD ROLE PATH SIZE COUNT"

local count = assert(math.tointeger(arg[5]), usage)

local bench = {
  path = assert(arg[3], usage),
  size = assert(math.tointeger(arg[4]), usage),
  count = count,
  crowdRounds = 9900 // count,    -- of echoes
  connectedAtOnce = 50,           -- of a crowd
  restEvery = 1 << 20,            -- bytes that a slow reader takes before it rests a millisecond
}

-- Neighbouring rounds differ, so that a late reply is noticed.
local messages = { [0] = ("a"):rep(bench.size), [1] = ("b"):rep(bench.size) }

function bench.message(round)
  return messages[round & 1]
end

function bench.check(reply, round)
  if reply ~= messages[round & 1] then
    error(("round %d: the reply is not what was sent"):format(round), 2)
  end
end

local streamPeriod = 251 -- a prime, so that no power of two shifts the stream onto itself

function bench.streamMessage()
  local bytes = {}
  for index = 0, bench.size - 1 do
    bytes[#bytes + 1] = string.char(index % streamPeriod)
  end
  return table.concat(bytes)
end

-- Checks the first and the last byte of a piece that came after so many bytes. That costs little,
-- and notices what is lost, double or moved.
function bench.checkPiece(piece, position)
  local last = position + #piece - 1
  local expectedFirst = position % bench.size % streamPeriod
  local expectedLast = last % bench.size % streamPeriod
  if piece:byte(1) ~= expectedFirst or piece:byte(-1) ~= expectedLast then
    error(("byte %d: a piece of the stream is not what was sent"):format(position), 2)
  end
end

-- Serves the conversations one after another; returns their bytes, or their number where they have
-- none.
function bench.serveConversations(accept, echo)
  local served = 0
  for _ = 1, bench.count do
    local connection = accept()
    if bench.size > 0 then
      served = served + echo(connection)
    else
      served = served + 1
      connection:close()
    end
  end
  return served
end

-- What each of so many connections calls at its end with the amount that it served; the last one
-- causes `ended` to be called with the sum.
function bench.summing(ended)
  local connections, sum = 0, 0
  return function(amount)
    connections, sum = connections + 1, sum + amount
    if connections == bench.count then ended(sum) end
  end
end

-- The lines that are in flight at once.
function bench.requests()
  return ("PING\n"):rep(bench.size)
end

function bench.checkLine(line, expected)
  if line ~= expected then
    error(("a line is %q instead of %q"):format(line, expected), 2)
  end
end

function bench.printReady()
  print("ready")
  io.stdout:flush()
end

function bench.printRate(word, operations, seconds)
  print(("%s %.2f"):format(word, operations / seconds))
end

function bench.printServed(amount)
  print(("served %d"):format(amount))
end

-- Prints a word and waits until the driver has looked at this process's memory.
function bench.pauseAt(word)
  collectgarbage()
  print(word)
  io.stdout:flush()
  assert(io.read("L"), "the driver has gone")
end

-- Calls the function that `workloads` has for the workload and the role on the command line.
function bench.play(workloads)
  local roles = workloads[arg[1]]
  local play = roles and roles[arg[2]]
  assert(play, usage)
  play()
end

return bench
