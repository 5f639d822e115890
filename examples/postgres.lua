-- Talks to a real PostgreSQL in version 3 of its protocol, which is a codec of this script.

-- What the server says begins with a byte for its type and its size; these read the rest.
local bodies = {
  R = function(r, size) return { authentication = r:u32be(), data = r:bytes(size - 4) } end,
  S = function(r) return { parameter = r:until_ "\0", value = r:until_ "\0" } end,
  K = function(r) return { process = r:u32be(), key = r:u32be() } end,
  Z = function(r) return { ready = r:bytes(1) } end,
  C = function(r) return { complete = r:until_ "\0" } end,
  A = function(r)
    return { process = r:u32be(), channel = r:until_ "\0", payload = r:until_ "\0" }
  end,
  T = function(r)
    local columns = {}
    for index = 1, r:u16be() do
      columns[index] = r:until_ "\0"
      r:bytes(18)  -- the numbers of its table, type and format
    end
    return { columns = columns }
  end,
  D = function(r)
    local row = {}
    for index = 1, r:u16be() do
      local size = r:i32be()
      row[index] = size < 0 and null or r:bytes(size)
    end
    return { row = row }
  end,
  E = function(r)
    local fields, field = {}, r:bytes(1)
    while field ~= "\0" do
      fields[field] = r:until_ "\0"
      field = r:bytes(1)
    end
    return { error = fields.C, message = fields.M, position = fields.P }
  end,
}

local function sized(body) return string.pack(">I4", #body + 4) .. body end

local postgres = {
  name = "postgres",
  decode = function(r)
    local type, size = r:bytes(1), r:u32be() - 4
    if not bodies[type] then r:malformed("no message is of type " .. type) end
    return bodies[type](r, size)
  end,
  -- The first message of a client has no type: the version, and names with their values.
  encode = function(message)
    if message.query then return "Q" .. sized(message.query .. "\0") end
    local words = {}
    for name, value in pairs(message.startup) do
      words[#words + 1] = string.pack("zz", name, value)
    end
    return sized(string.pack(">I2I2", 3, 0) .. table.concat(words) .. "\0")
  end,
}

-- What a shell command prints on its first line; nil where it prints nothing.
local function shell(command)
  local output <close> = assert(io.popen(command))
  return output:read "l"
end

-- Debian keeps the programs of each version in a folder of its own, away from PATH.
local function find(program)
  return shell('PATH="$PATH:$(printf %s: /usr/lib/postgresql/*/bin)" command -v ' .. program)
    or t:skip(program .. " of PostgreSQL is not here")
end
local initdb, server = find "initdb", find "postgres"

-- PostgreSQL refuses to run as root, so it runs as the user that its package has made.
local user = shell "id -u" == "0" and "postgres" or nil

t:spawn {
  initdb, "--pgdata", t:path "data", "--username", "ann", "--auth", "trust", "--no-sync",
  user = user, env = { LC_ALL = "C" },
}:expectExit(0, { timeout = "30s" })

-- It listens before it takes clients, so that only its log tells when it is ready.
t:spawn {
  server, "-D", t:path "data", "-k", t.directory, "-c", "listen_addresses=", "-F",
  user = user, ready = ready.logged("ready to accept connections", { timeout = "30s" }),
}

local function connect(name)
  local client = t:connect(".s.PGSQL.5432", { codec = postgres, name = name })
  client:send { startup = { user = "ann", database = "postgres", application_name = name } }
  client:expect { authentication = 0 }
  -- The parameters of the session come in no certain order.
  client:await { parameter = "application_name", value = name }
  client:await { ready = "I" }
  return client
end

local ann, bob = connect "ann", connect "bob"

-- A simple query: columns, rows, what was done, and ready again.
ann:send { query = "SELECT 6 * 7 AS answer, NULL AS nothing" }
ann:expectSequence {
  { columns = { "answer", "nothing" } },
  { row = { "42", null } },
  { complete = "SELECT 1" },
  { ready = "I" },
}

-- An error ends a transaction but not the session; it names the place in the query.
ann:send { query = "BEGIN" }
ann:expectSequence { { complete = "BEGIN" }, { ready = "T" } }
ann:send { query = "SELECT * FROM nowhere" }
ann:expect { error = "42P01", message = 'relation "nowhere" does not exist', position = "15" }
ann:expect { ready = "E" }
ann:send { query = "ROLLBACK" }
ann:expectSequence { { complete = "ROLLBACK" }, { ready = "I" } }

-- One session notifies another.
bob:send { query = "LISTEN news" }
bob:expectSequence { { complete = "LISTEN" }, { ready = "I" } }
ann:send { query = "NOTIFY news, 'rain'" }
ann:expectSequence { { complete = "NOTIFY" }, { ready = "I" } }
bob:expect { channel = "news", payload = "rain" }

-- With "trust" everybody is let in, but whom the database does not know is shown out.
local stranger = t:connect(".s.PGSQL.5432", { codec = postgres, name = "stranger" })
stranger:send { startup = { user = "eve" } }
stranger:expect { authentication = 0 }
stranger:expect { error = "28000", message = 'role "eve" does not exist' }
stranger:expectEnd()
