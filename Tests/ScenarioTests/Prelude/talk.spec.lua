-- Talk blocks.
local test, harness = ...
local same = harness.same

local function talking(script, options)
  options = options or {}
  options.codec = options.codec or "line"
  return harness.conversation(script, options)
end

---The line of this file on which the function that calls it is.
local function here() return debug.getinfo(2, "l").currentline end

test("a block is played line by line, and gives its captures", function()
  local c, host, socket = talking({ "220 h1 ready\n", 60, "250 id=7\n", "221 bye\n" }, { ending = "closed" })
  local captures = c:talk [[
    # a comment, and a blank line

    < 220 {{host}} ready
    > HELO {{host}}
    ~ 50ms
    < 250 id={{id=%d+}}
    > QUIT {{id}}
    < 221 {{any}}
    < <eof>
  ]]
  same(captures, { host = "h1", id = "7" })
  same(socket.written, { "HELO h1\n", "QUIT 7\n" })
  same(host.assertions, 5)
end)

test("a line that is literal has to be the message", function()
  local c = talking({ "a.c\n" })
  same(harness.raised(c.talk, c, "< abc").message,
    'expected the next message on «c1» to match "abc", got "a.c"')
end)

test("a name that is captured again has to be the same text", function()
  local c = talking({ "id 7\n7\n8\n" })
  same(harness.raised(c.talk, c, "< id {{id}}\n< {{id}}\n< {{id}}").message,
    'expected the next message on «c1» to match "7", got "8"')
end)

test("a failure knows its line in the script, and its text", function()
  local c, host = talking({ "hello\nx\n" })
  local lines = {}
  host.place = function(lane, line) lines[#lines + 1] = line or "none" end
  local first = here() + 1
  local failure = harness.raised(function()
    c:talk [[
      < hello

      < world
    ]]
  end)
  same(lines, { first + 2, first + 4, "none" })
  same(host.prelude.failure.remarksOn(failure), { "line 3 of the talk block: < world" })
end)

test("a block that was made elsewhere is found in the script", function()
  local c, host = talking({ "hello again\n" })
  local line = here() + 1
  local block = [[< hello again]]
  local places = {}
  host.place = function(_, place) places[#places + 1] = place end
  c:talk(block)
  same(places[1], line)
end)

test("a block that does not stand in the script as it is has no lines", function()
  local c, host = talking({ "hello\n" })
  c:talk("< hel" .. "lo")
  same(host.places, {})
end)

test("bytes and ends are lines of their own", function()
  local c, _, socket = talking({ "\1\2", 5 }, { codec = "stream", ending = "reset" })
  c:talk [[
    > {{00 ff}}x
    < {{01 02}}
    < <reset>
  ]]
  same(socket.written, { "\0\xffx" })
end)

test("on a stream a line is looked for, and takes what is before it", function()
  local c = talking({ "noise id=", "7; rest" }, { codec = "stream" })
  same(c:talk "< id={{id}};", { id = "7" })
  same(c:receive(), " rest")
end)

test("the server sends what the client expects, and expects what it sends", function()
  local c, _, socket = talking({ "HELO h1\nQUIT 1\n" })
  local captures = c:talk([[
    < 220 {{host=h%d}} {{any}}
    > HELO {{host}}
    < 250 id={{id=%d+}}
    > QUIT {{id}}
    < <eof>
  ]], "server")
  same(captures, { host = "h1", id = "1" })
  same(socket.written, { "220 h1 any\n", "250 id=1\n" })
  same(socket.closed, true)
end)

test("a silence of the server's is over after the client's, and one of the client's before", function()
  local c, host = talking({ 60, "x\n" })
  c:talk("~ 40ms\n> x", "server")
  same(host.clock, 60)
  c, host = talking({})
  c:talk("~ 40ms\n< x", "server")
  same(host.clock, 80)
end)

local function luaCodec()
  return {
    name = "lua",
    encode = function(message) return message.op .. ":" .. message.id .. "\n" end,
    decode = function(r)
      local op, id = r:line():match("(.-):(.*)")
      return { op = op, id = tonumber(id) or id, extra = true }
    end,
  }
end

test("a codec that parses texts is spoken in its own notation", function()
  local codec = luaCodec()
  local c, _, socket = talking({ "ok:7\n" }, { codec = codec })
  codec.parse = function(text) return assert(load("return " .. text))() end
  same(c:talk [[
    > { op = "start", id = 1 }
    < { op = "ok", id = {{id}} }
    > { op = "stop-{{id}}", id = {{id}} }
  ]], { id = 7 })
  same(socket.written, { "start:1\n", "stop-7:7\n" })
end)

test("a text that the codec cannot parse is refused before anything is sent", function()
  local codec = luaCodec()
  local c, _, socket = talking({}, { codec = codec })
  codec.parse = function(text) error("no Lua: " .. text, 0) end
  local raised = harness.raised(c.talk, c, "> { " .. "op")
  same(raised.text, 'line 1 of the block: talk "> { op": no Lua: { op')
  same(socket.written, {})
end)

test("what the two sides send may have different notations", function()
  local codec = luaCodec()
  local c = talking({ "ok:7\n" }, { codec = codec })
  codec.parse = function(text) return { op = text, id = 0 } end
  codec.parseReply = function(text) return { op = text:sub(2), id = 7 } end
  c:talk("> ping\n< +ok")
end)

test("a codec that only shows its messages is matched by that", function()
  local codec = luaCodec()
  codec.show = function(message) return message.op .. " " .. message.id end
  local c = talking({ "ok:7\nok:8\n" }, { codec = codec })
  same(c:talk "< ok {{id}}", { id = "7" })
  same(harness.raised(c.talk, c, "< ok 9").message,
    'expected the next message on «c1» to match "ok 9", got ok 8')
end)

test("what is no line of a block is refused with its line, before anything is sent", function()
  local c, _, socket = talking({})
  local line = here() + 1
  local raised = harness.raised(function()
    c:talk [[
      > hello
      = what
    ]]
  end)
  same(raised, ("%s:%d: talk \"= what\": a line begins with \"> \", \"< \", \"~ \" or \"# \""):format(
    debug.getinfo(1, "S").source:sub(2), line + 3))
  same(socket.written, {})
end)

test("each kind of mistake has its sentence", function()
  local c = talking({})
  for text, problem in pairs {
    [">" .. "x"] = 'talk ">x": a line begins with "> ", "< ", "~ " or "# "',
    ["> {{" .. "id}}"] = 'talk "> {{id}}": {{id}} stands for no text that was captured before',
    ["> {{" .. "any}}"] = 'talk "> {{any}}": {{any}} stands for no text that was captured before',
    ["~ so" .. "on"] = 'talk "~ soon": "soon" is no duration',
    ["< {{" .. "a b}}"] = 'talk "< {{a b}}": {{a b}} is neither {{any}}, {{name}}, {{name=LUA PATTERN}} nor bytes as {{0d 0a}}',
  } do
    same(harness.raised(c.talk, c, text).text, "line 1 of the block: " .. problem)
  end
  same(harness.raised(c.talk, c, 5).text, "talk takes a block of lines, not 5")
  same(harness.raised(c.talk, c, "> a", "left").text,
    'the side of talk is "client" or "server", not "left"')
end)

test("the server says where it cannot make up a text", function()
  local c = talking({})
  same(harness.raised(c.talk, c, "< {{x=%b" .. "()}}", "server").text,
    'line 1 of the block: talk "< {{x=%b()}}": no text is found that matches {{x=%b()}}')
end)
