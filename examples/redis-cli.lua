-- Mocks a server for a real client: redis-cli meets a Redis that is this script.
--# needs: cmd:redis-cli

scenario("redis-cli prints what a server answers", function(t)
  local server = t:listen("redis.sock", { codec = "resp" })
  local client = t:spawn { "redis-cli", "-s", server.path, "LRANGE", "queue", "0", "-1" }

  -- The accepting side of RESP speaks as a server: a list is an array, text a bulk string.
  local guest = server:accept()
  guest:expect { "LRANGE", "queue", "0", "-1" }
  guest:send { "first", 2, null }

  -- Its standard output is no terminal, so it writes bare values.
  client.stdout:expectSequence { "first", "2", "" }
  client:expectExit(0)
end)

scenario("redis-cli -e turns an error into an exit status", function(t)
  local server = t:listen("redis.sock", { codec = "resp" })
  local client = t:spawn { "redis-cli", "-e", "-s", server.path, "GET", "key" }

  local guest = server:accept()
  guest:expect { "GET", "key" }
  guest:send { err = "LOADING Redis is loading the dataset in memory" }

  -- Without -e it would print the error to its standard output, and succeed.
  client.stderr:expect(pattern "LOADING")
  client:expectExit(1)
end)
