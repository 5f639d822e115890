-- Tests a daemon of one's own, greeter.c, built with the address sanitizer: its log and its reload.
--# needs: cmd:cc; wait: 10s

local function configure(t, greeting)
  local file <close> = assert(io.open(t:path "greeter.conf", "w"))
  file:write(greeting, "\n")
end

-- Not every compiler has the library that the address sanitizer needs.
local function hasSanitizer(t)
  local build = "echo 'int main(void) { return 0; }' | cc -fsanitize=address -x c -o %s - 2>&1"
  local output <close> = assert(io.popen(build:format(t:path "empty")))
  output:read "a"
  return output:close()
end

-- Builds the daemon and starts it; it says itself when it is ready.
local function start(t)
  if not hasSanitizer(t) then t:skip "cc has no address sanitizer" end
  local source = arg[0]:gsub("%.lua$", ".c")
  local build = ("cc -g -fsanitize=address -o %s %s"):format(t:path "greeter", source)
  assert(os.execute(build), build)
  configure(t, "hello")
  return t:spawn {
    t:path "greeter", t:path "greeter.sock", t:path "greeter.conf",
    ready = ready.logged "serving", stop = { exit = 0 },
  }
end

local function connect(t, name)
  return t:connect("greeter.sock", { codec = "line", name = name })
end

scenario("clients are greeted", function(t)
  local greeter = start(t)
  local ann, bob = connect(t, "ann"), connect(t, "bob")
  ann:call("Ann", "hello, Ann")
  bob:call("Bob", "hello, Bob")
  ann:call("Ann again", "hello, Ann again")
  greeter:stop()
  ann:expectEnd()
end)

scenario("a reload changes the greeting of who comes later", function(t)
  local greeter = start(t)
  configure(t, "good evening")
  greeter:signal "HUP"
  greeter:awaitLog "configuration: good evening"
  connect(t, "ann"):call("Ann", "good evening, Ann")
end)

-- A client of before the reload meets the mistake. `-D mistake=shown` shows what the report says.
scenario("a reload leaves alone who is there", {
  todo = not var.mistake and "greeter.c answers from memory that the reload has freed" or nil,
}, function(t)
  local greeter = start(t)
  local ann = connect(t, "ann")
  ann:call("Ann", "hello, Ann")
  configure(t, "good evening")
  greeter:signal "HUP"
  greeter:awaitLog "configuration: good evening"
  ann:call("Ann", "hello, Ann")
end)
