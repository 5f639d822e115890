-- Talks to a real Redis: commands, pipelining, bytes cut anywhere, lines, publish/subscribe.

-- The server whose socket this names, or else one of each scenario's own.
local shared = os.getenv "REDIS_SOCKET"
local options = { needs = not shared and "cmd:redis-server" or nil }

-- Where a server listens. One of the scenario's own has its socket in the private directory, and saves
-- nothing.
local function server(t)
  if shared then return shared end
  t:spawn {
    "redis-server", "--port", 0, "--unixsocket", t:path "redis.sock", "--save", "",
    ready = ready.connectable "redis.sock",
  }
  return "redis.sock"
end

local function connect(t, socket, name)
  return t:connect(socket, { codec = "resp", name = name })
end

-- Names that nobody else uses: the server may be somebody's.
local greeting, counter, news = "parley:greeting", "parley:counter", "parley:news"

scenario("commands have replies", options, function(t)
  local redis = connect(t, server(t), "redis")

  redis:call({ "DEL", greeting, counter }, any.integer)

  -- One command, one reply. A status such as OK matches its text; a missing value is null.
  redis:call({ "SET", greeting, "hello" }, "OK")
  redis:call({ "GET", greeting }, "hello")
  redis:call({ "GET", counter }, null)

  -- Pipelining: three commands are on their way before the first reply is read.
  redis:send({ "INCR", counter }, { "INCR", counter }, { "INCRBY", counter, 40 })
  redis:expectSequence { 1, 2, 42 }

  -- A table matches by its shape; inside it any pattern can stand.
  redis:call({ "MGET", greeting, counter, "parley:nothing" }, { "hello", "42", null })
  redis:call({ "INCR", greeting }, { err = pattern "^ERR value is not an integer" })

  redis:call({ "DEL", greeting, counter }, 2)
  redis:call("QUIT", "OK")
  redis:expectEnd()
end)

scenario("where the bytes are cut does not matter", options, function(t)
  local redis = connect(t, server(t), "redis")

  -- One command in many writes, then two in one.
  redis:raw("*2\r\n$4\r\nECHO\r\n$5\r\nparts\r\n", { chunk = 1 }):expect "parts"
  redis:raw "*1\r\n$4\r\nPING\r\n*2\r\n$4\r\nECHO\r\n$4\r\nboth\r\n"
  redis:expectSequence { "PONG", "both" }
end)

scenario("a client finds out its number, and with it ends itself", options, function(t)
  -- Redis also takes commands as they are typed: lines, of which a block shows both sides.
  t:connect(server(t), { codec = "crlf" }):talk [[
    > PING
    < +PONG
    > CLIENT ID
    < :{{id=%d+}}
    > CLIENT KILL ID {{id}} SKIPME no
    < :1
    < <eof>
  ]]
end)

scenario("what is published reaches who has subscribed", options, function(t)
  local socket = server(t)
  local ann, bob = connect(t, socket, "ann"), connect(t, socket, "bob")
  local publisher = connect(t, socket, "publisher")

  ann:call({ "SUBSCRIBE", news }, { "subscribe", news, 1 })
  bob:call({ "PSUBSCRIBE", "parley:n*" }, { "psubscribe", "parley:n*", 1 })

  -- The reply counts the receivers.
  publisher:call({ "PUBLISH", news, "rain" }, 2)
  ann:expect { "message", news, "rain" }
  bob:expect { "pmessage", "parley:n*", news, "rain" }

  ann:call({ "UNSUBSCRIBE", news }, { "unsubscribe", news, 0 })
  publisher:call({ "PUBLISH", news, "sun" }, 1)
  bob:expect { "pmessage", "parley:n*", news, "sun" }
  ann:quiet "20ms"
end)
