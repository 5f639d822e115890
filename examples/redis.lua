-- Talks to a real Redis: values, pipelining, an error reply, a command cut into single bytes.
--
--     redis-server --port 0 --unixsocket /tmp/redis.sock &
--     REDIS_SOCKET=/tmp/redis.sock parley run examples/redis.lua

local path = os.getenv "REDIS_SOCKET"
if not path then t:skip "REDIS_SOCKET does not name the socket of a Redis server" end

local redis = t:connect(path, { codec = "resp", name = "redis" })

-- Names that no other run uses; if the script fails before it deletes them, Redis soon does.
local greeting = "parley:" .. t.directory .. ":greeting"
local counter = "parley:" .. t.directory .. ":counter"

-- One command, one reply. A status such as OK matches its text; a missing value is null.
redis:call({ "SET", greeting, "hello", "EX", 60 }, "OK")
redis:call({ "GET", greeting }, "hello")
redis:call({ "GET", counter }, null)

-- Pipelining: four commands are on their way before the first reply is read.
redis:send({ "INCR", counter }, { "INCR", counter }, { "INCRBY", counter, 40 })
redis:send { "EXPIRE", counter, 60 }
redis:expect(1)
redis:expect(2)
redis:expect(42)
redis:expect(1)

-- A table matches by its shape; inside it any pattern can stand.
redis:call({ "MGET", greeting, counter }, { "hello", "42" })
redis:call({ "INCR", greeting }, { err = pattern "^ERR value is not an integer" })

-- Where the bytes are cut must not matter: one command in many writes, then two in one.
redis:raw("*2\r\n$4\r\nECHO\r\n$5\r\nparts\r\n", { chunk = 1 }):expect "parts"
redis:raw "*1\r\n$4\r\nPING\r\n*2\r\n$4\r\nECHO\r\n$4\r\nboth\r\n"
redis:expect "PONG"
redis:expect "both"

redis:call({ "DEL", greeting, counter }, 2)
redis:call("QUIT", "OK")
redis:expectEnd()
