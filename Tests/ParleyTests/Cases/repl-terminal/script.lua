-- parley repl in a terminal, with a real server.
-- wait: 20s

local socket = os.getenv("REDIS_SOCKET")

---The prompt in a terminal.
local function start(t, ...)
  local repl = t:spawn {
    "parley", "repl", pty = true, ready = ready.logged("1> "),
    env = { TERM = "xterm", NO_COLOR = "1", XDG_STATE_HOME = t:path("state"), TMPDIR = t.directory },
    ...,
  }
  return repl
end

---Types, and waits until the screen shows something.
local function type(repl, keys, shown)
  repl.stdin:raw(keys)
  return repl:awaitLog(shown)
end

---The time that a process has had the processor, in hundredths of a second.
local function worked(process)
  local stat <close> = assert(io.open(("/proc/%d/stat"):format(process.pid)))
  local user = stat:read("a"):match("%) %S+" .. (" %S+"):rep(10) .. " (%d+)")
  return math.tointeger(user)
end

local function leave(repl)
  repl.stdin:raw("\21\4")
  repl:expectExit(0)
end

local function redis(t) return t:connect(socket, { codec = "resp" }) end

scenario("a message is sent, its answer is seen and used in Lua", function(t)
  local repl = start(t)
  type(repl, ("c = t:connect(%q, { codec = 'resp' })\r"):format(socket), "2> ")
  type(repl, "> SET greeting hello\r", "←  OK")
  type(repl, "> GET greeting\r", '←  "hello"')
  type(repl, "#_ + 100\r", "105")
  leave(repl)
end)

scenario("what comes stands above the line that is typed, which stays", function(t)
  local repl = start(t)
  type(repl, ("c = t:connect(%q, { codec = 'resp' })\r"):format(socket), "2> ")
  type(repl, "> SUBSCRIBE news\r", "subscribe")
  type(repl, "1000 + 23", "1000 + 23")
  redis(t):call({ "PUBLISH", "news", "it rains" }, 1)
  repl:awaitLog("it rains")
  repl:awaitLog("> 1000 + 23")
  type(repl, "4\r", "1234")
  leave(repl)
end)

scenario("Tab completes a method", function(t)
  local repl = start(t)
  type(repl, ("c = t:connect(%q)\r"):format(socket), "2> ")
  type(repl, "c:expectUn\t", "c:expectUnordered")
  leave(repl)
end)

scenario("Ctrl-C stops an endless loop, also in a coroutine, and keeps the session", function(t)
  local repl = start(t)
  type(repl, "kept = 40 + 7\r", "2> ")
  local loops = { "while true do end", "coroutine.wrap(function() while true do end end)()" }
  for number, loop in ipairs(loops) do
    type(repl, ("print('loop ' .. %d) %s\r"):format(number, loop), "loop " .. number)
    local start = localsocket.now()
    type(repl, "\3", "interrupted")
    t:isTrue(localsocket.now() - start < 2000)  -- 50 ms on a machine with nothing else to do
  end
  type(repl, "kept\r", "47")
  leave(repl)
end)

scenario("the third Ctrl-C for what does not stop ends the prompt, the terminal as it was", function(t)
  local repl = start(t)
  type(repl, "print('be' .. 'gun') string.find(('a'):rep(100000), ('.-'):rep(9) .. 'b')\r", "begun")
  local begun = worked(repl)
  t:eventually("15s", function() t:isTrue(worked(repl) > begun + 10) end)
  t:eventually("15s", function()
    repl.stdin:raw("\3")
    repl:awaitLog("2004l", { timeout = 100 })
  end)
  repl:expectExit(130)
end)

scenario("Ctrl-C gives a line up", function(t)
  local repl = start(t)
  type(repl, "half a line", "half a line")
  type(repl, "\3", "1> ")
  type(repl, "20 + 1\r", "21")
  leave(repl)
end)

scenario("the history is there again after a restart", function(t)
  local first = start(t)
  type(first, "'from ' .. 'before'\r", '"from before"')
  leave(first)
  local second = start(t)
  type(second, "\27[A", "'from ' .. 'before'")
  type(second, "\r", '"from before"')
  leave(second)
end)

scenario("a history that cannot be written is no obstacle", function(t)
  os.execute(("mkdir -p %s/parley/history"):format(t:path("state")))
  local repl = start(t)
  type(repl, "20 + 1\r", "the history cannot be kept")
  repl:awaitLog("21")
  leave(repl)
end)

scenario("two prompts have one history", function(t)
  local first, second = start(t), start(t)
  type(first, "'from ' .. 'one'\r", '"from one"')
  type(second, "'from ' .. 'two'\r", '"from two"')
  leave(first)
  leave(second)
  local third = start(t)
  type(third, "\27[A", "'from ' .. 'two'")
  type(third, "\27[A", "'from ' .. 'one'")
  leave(third)
end)

scenario("of a history with much in it that is none the last lines are there", function(t)
  local path = t:path("state") .. "/parley"
  os.execute(("mkdir -p %s && truncate -s 1G %s/history"):format(path, path))
  local file <close> = assert(io.open(path .. "/history", "a"))
  file:write("\xff\xfe\n\27[31mred\n'be' .. 'fore'\n")
  file:flush()
  local repl = start(t)
  type(repl, "\27[A", "'be' .. 'fore'")
  type(repl, "\r", '"before"')
  leave(repl)
end)

scenario("a line goes on in a window of another size", function(t)
  local repl = start(t)
  type(repl, "1000 + 0000000023", "1000 + 0000000023")
  for _, columns in ipairs { 12, 100 } do
    t:isTrue(os.execute(("stty -F /proc/%d/fd/0 cols %d"):format(repl.pid, columns)))
    repl:awaitLog("\27[J")
  end
  type(repl, "00\r", "3300")
  leave(repl)
end)

scenario("the peer ends while a line is typed, which stays", function(t)
  local listener = t:listen("ending.sock", { codec = "line" })
  local repl = start(t)
  type(repl, ("c = t:connect(%q, { codec = 'line' })\r"):format(t:path("ending.sock")), "2> ")
  local c = listener:accept()
  type(repl, "1000 + 23", "1000 + 23")
  c:close()
  repl:awaitLog("the peer closed")
  repl:awaitLog("> 1000 + 23")
  type(repl, "4\r", "1234")
  type(repl, "c:send('x')\r", "cannot send")
  leave(repl)
end)

scenario("of a huge message the screen shows the beginning and the size", function(t)
  local listener = t:listen("huge.sock", { codec = "line" })
  local repl = start(t)
  type(repl, ("c = t:connect(%q, { codec = 'line' })\r"):format(t:path("huge.sock")), "2> ")
  local c = listener:accept()
  c:send(("x"):rep(10000000 - 1))
  local line = repl:awaitLog("←")
  t:isTrue(repl:awaitLog("10000000 bytes"))
  t:isTrue(#line < 200, #line)
  type(repl, "20 + 1\r", "21")
  leave(repl)
end)

scenario("a message that is wider than the screen goes on below its beginning", function(t)
  local listener = t:listen("wide.sock", { codec = "line" })
  local repl = start(t)
  type(repl, ("c = t:connect(%q, { codec = 'line' })\r"):format(t:path("wide.sock")), "2> ")
  listener:accept():send(("x"):rep(100) .. " end")
  repl:awaitLog("←")
  t:match(repl:awaitLog(" end"), "^ +x+ end\"\r?$")
  leave(repl)
end)

scenario("a signal that nobody expects ends the prompt, the terminal as it was", function(t)
  local repl = start(t)
  repl:signal("ALRM")
  repl:awaitLog("2004l")
  repl:expectExit("SIGALRM")
end)

scenario("a chunk of several lines is one, typed or pasted", function(t)
  local repl = start(t)
  type(repl, "function sum(a, b)\rreturn a + b\rend\r", "2> ")
  type(repl, "sum(20, 1)\r", "21")
  type(repl, "\27[200~local function double(n)\rreturn 2 * n\rend\rreturn double(21)\r\27[201~",
    "return double(21)")
  type(repl, "\r", "42")
  leave(repl)
end)

scenario("pasted messages are sent one after the other", function(t)
  local repl = start(t)
  type(repl, ("c = t:connect(%q, { codec = 'resp' })\r"):format(socket), "2> ")
  type(repl, "\27[200~> SET pasted 1234\r> GET pasted\r\27[201~", "> GET pasted")
  type(repl, "\r", '←  "1234"')
  leave(repl)
end)

scenario("a task prints above the line that is typed", function(t)
  local repl = start(t)
  type(repl, "localsocket.after(150, function() print('from' .. ' a timer') end);\r", "2> ")
  type(repl, "half a line", "half a line")
  repl:awaitLog("from a timer")
  repl:awaitLog("2> half a line")
  leave(repl)
end)

scenario("letters beyond ASCII are typed, those of Latin-1 too", function(t)
  local repl = start(t)
  type(repl, "'été 日本 ÿ' .. '!'\r", '"été 日本 ÿ!"')
  leave(repl)
end)

scenario("TERM=dumb has plain lines", function(t)
  local repl = t:spawn {
    "parley", "repl", pty = true, env = { TERM = "dumb" }, ready = ready.logged("1> "),
  }
  type(repl, "1000 + 234\n", "1234")
  repl.stdin:raw(":quit\n")
  repl:expectExit(0)
end)
