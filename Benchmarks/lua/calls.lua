-- Calls a cheap method of an object COUNT times and prints how many calls a second that makes.
-- usage: calls.lua MODULE COUNT

local makers = {
  meter = function() return require "meter" (), "isOpen" end,
  localsocket = function() return (localsocket or require "localsocket").Socket(), "isOpen" end,
  luv = function() return require "luv".new_pipe(false), "is_closing" end,
  cqueues = function() return require "cqueues".new(), "empty" end,
  luasocket = function() return require "socket.unix" (), "getfd" end,
}

local object, method = makers[arg[1]]()
local count = assert(math.tointeger(arg[2]))

local call = load(([[
  local object, count, expected = ...
  local answer
  for _ = 1, count do answer = object:%s() end
  assert(answer == expected, "another answer than the first")
]]):format(method))

local expected = object[method](object)
local started = os.clock()
call(object, count, expected)
print(("rate %.0f"):format(count / (os.clock() - started)))
