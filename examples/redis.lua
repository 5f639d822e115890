-- Talks to a real Redis: commands, pipelining, bytes cut anywhere, lines, publish/subscribe.
--# needs: cmd:redis-server

-- A server of the scenario's own: its socket is in the private directory, and it saves nothing.
local function start(t)
  return t:spawn {
    "redis-server", "--port", 0, "--unixsocket", t:path "redis.sock", "--save", "",
    ready = ready.connectable "redis.sock",
  }
end

local function connect(t, name)
  return t:connect("redis.sock", { codec = "resp", name = name })
end

scenario("commands have replies", function(t)
  start(t)
  local redis = connect(t, "redis")

  -- One command, one reply. A status such as OK matches its text; a missing value is null.
  redis:call({ "SET", "greeting", "hello" }, "OK")
  redis:call({ "GET", "greeting" }, "hello")
  redis:call({ "GET", "counter" }, null)

  -- Pipelining: three commands are on their way before the first reply is read.
  redis:send({ "INCR", "counter" }, { "INCR", "counter" }, { "INCRBY", "counter", 40 })
  redis:expectSequence { 1, 2, 42 }

  -- A table matches by its shape; inside it any pattern can stand.
  redis:call({ "MGET", "greeting", "counter", "nothing" }, { "hello", "42", null })
  redis:call({ "INCR", "greeting" }, { err = pattern "^ERR value is not an integer" })

  redis:call("QUIT", "OK")
  redis:expectEnd()
end)

scenario("where the bytes are cut does not matter", function(t)
  start(t)
  local redis = connect(t, "redis")

  -- One command in many writes, then two in one.
  redis:raw("*2\r\n$4\r\nECHO\r\n$5\r\nparts\r\n", { chunk = 1 }):expect "parts"
  redis:raw "*1\r\n$4\r\nPING\r\n*2\r\n$4\r\nECHO\r\n$4\r\nboth\r\n"
  redis:expectSequence { "PONG", "both" }
end)

scenario("a client finds out its number, and with it ends itself", function(t)
  start(t)
  -- Redis also takes commands as they are typed: lines, of which a block shows both sides.
  t:connect("redis.sock", { codec = "crlf" }):talk [[
    > PING
    < +PONG
    > CLIENT ID
    < :{{id=%d+}}
    > CLIENT KILL ID {{id}} SKIPME no
    < :1
    < <eof>
  ]]
end)

scenario("what is published reaches who has subscribed", function(t)
  start(t)
  local ann, bob, publisher = connect(t, "ann"), connect(t, "bob"), connect(t, "publisher")

  ann:call({ "SUBSCRIBE", "news" }, { "subscribe", "news", 1 })
  bob:call({ "PSUBSCRIBE", "n*" }, { "psubscribe", "n*", 1 })

  -- The reply counts the receivers.
  publisher:call({ "PUBLISH", "news", "rain" }, 2)
  ann:expect { "message", "news", "rain" }
  bob:expect { "pmessage", "n*", "news", "rain" }

  ann:call({ "UNSUBSCRIBE", "news" }, { "unsubscribe", "news", 0 })
  publisher:call({ "PUBLISH", "news", "sun" }, 1)
  bob:expect { "pmessage", "n*", "news", "sun" }
  ann:quiet "20ms"
end)
