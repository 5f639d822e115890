-- What goes and comes when lines of a pipe talk to a server in this script.

local function typing(t, lines, status)
  t:listen("echo.sock", { codec = "line" }):serve(function(c)
    c:send("hello \27[31m\xff")
    for message in c:messages() do
      if message == "flood" then
        for index = 1, 5000 do c:send("number " .. index) end
      end
      c:send("you said " .. message)
      if message == "bye" then return end
    end
  end)
  t:spawn {
    "sh", "-c", 'parley repl "$0" --codec line --log "$2" > "$1" 2>&1 < "$3"', t:path("echo.sock"),
    t:path("output"), t:path("log"), lines,
  }:expectExit(status)
  local file <close> = io.open(t:path("output"))
  return file:read("a")
end

local function file(t, text)
  local file <close> = io.open(t:path("lines"), "w")
  file:write(text)
  return t:path("lines")
end

scenario("an answer is shown, and is the last value", function(t)
  local output = typing(t, file(t, "c:receive()\n> one\nprint(_)\n"), 0)
  t:isTrue(output:find("←  \"you said one\"", 1, true), output)
  t:isTrue(output:find("\nyou said one\n", 1, true), output)
end)

scenario("what comes after a send of Lua is kept for the line that expects it", function(t)
  local lines = 'c:receive()\nc:send("two")\nlocalsocket.sleep(50)\nc:expect("you said two")\n'
  local output = typing(t, file(t, lines), 0)
  t:isTrue(output:find('\n"you said two"\n', 1, true), output)
end)

scenario("what a function of an earlier line receives is no news", function(t)
  local lines = "c:receive()\nfunction ask(text) c:send(text) return c:receive() end\nask('one')\n"
  local output = typing(t, file(t, lines), 0)
  t:equal(select(2, output:gsub("you said one", "")), 1)
end)

scenario("control characters and broken UTF-8 of the peer are escaped", function(t)
  local output = typing(t, file(t, "while not _ do localsocket.sleep(5) end\n"), 0)
  t:isTrue(output:find([["hello \x1b[31m\xff"]], 1, true), output)
  t:isTrue(not output:find("\27", 1, true), output)
end)

scenario("the end of the peer is told", function(t)
  local output = typing(t, file(t, "c:receive()\n> bye\nlocalsocket.sleep(50)\n"), 0)
  t:isTrue(output:find("■  the peer closed", 1, true), output)
end)

scenario("a line that fails gives the status 1, and the next one runs", function(t)
  local output = typing(t, file(t, 'c:expect("other")\nprint("still here")\n'), 1)
  t:isTrue(output:find("still here", 1, true), output)
end)

scenario("every message is in the log, also one that nobody asked for", function(t)
  typing(t, file(t, "c:receive()\n> one\n> two\n"), 0)
  local count = 0
  for line in io.lines(t:path("log")) do
    if line:find('"event":"received"', 1, true) then count = count + 1 end
  end
  t:equal(count, 3)
end)

scenario("of a flood some messages are shown, and all are in the log", function(t)
  local lines = "c:receive()\n> flood\nrepeat localsocket.sleep(20) until _ == 'you said flood'\n"
  local output = typing(t, file(t, lines), 0)
  local shown = select(2, output:gsub("←", ""))
  t:isTrue(output:find("more events, which :log has", 1, true), output)
  t:isTrue(shown < 1000, shown)
  local log <close> = io.open(t:path("log"))
  t:equal(select(2, log:read("a"):gsub('"event":"received"', "")), 5002)
end)
