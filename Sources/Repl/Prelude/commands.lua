-- The commands that begin with ":".

local host = ...
local prelude = host.prelude
local arrivals, codecs, describe = prelude.arrivals, prelude.codecs, prelude.describe
local evaluation, printing = prelude.evaluation, prelude.printing
local results, typing = prelude.results, prelude.typing
local quantities = prelude.quantities

local show, tell = host.show, host.tell

local commands = {}

---@class Command
---@field name string
---@field arguments string  as the help shows them
---@field about string
---@field run fun(rest: string, number: integer)

---@type Command[]
local list = {}

---@type table<string, Command>
local byName = {}

local function add(name, arguments, about, run)
  local command = { name = name, arguments = arguments, about = about, run = run }
  list[#list + 1], byName[name] = command, command
end

---The values of an expression, as those of a line.
local function values(text, number)
  if text == "" then host.misuse("an expression is missing") end
  local chunk, problem = evaluation.compile(text, "=repl:" .. number)
  if not chunk then error(problem, 0) end
  return chunk()
end

local function needed(text, what)
  if text == "" then host.misuse(what .. " is missing") end
  return text
end

-- Help, whose name may be shortened most

---Where what a command does stands in the list of all of them.
local COLUMN = 18

local function showCommand(command)
  local usage = (":%s %s"):format(command.name, command.arguments)
  if #usage >= COLUMN then
    tell(usage)
    usage = ""
  end
  tell(usage .. (" "):rep(COLUMN - #usage) .. command.about, usage ~= "" and COLUMN or 0)
end

local function showCommands()
  tell("Lua is evaluated; c is the conversation, _ the last value, _1 that of line 1.")
  tell("> TEXT sends a message of the codec.")
  for _, command in ipairs(list) do showCommand(command) end
  tell(":help c:expect, :help t.connect, :help localsocket.pair tell what those do.")
end

local function help(rest)
  if rest == "" then return showCommands() end
  local command = byName[rest:match("^:?(.*)$")]
  local text = not rest:find("^:") and prelude.manual.find(rest)
  if not text and command then
    text = (":%s %s\n    %s"):format(command.name, command.arguments, command.about)
  end
  if not text then host.misuse("there is no help for " .. describe.bytes(rest)) end
  tell(text)
end

add("help", "[NAME]", "tells what NAME is, or lists the commands", help)

-- The conversation

local lastFile

local function showHex(rest, number)
  local value = rawget(_G, "_")
  if rest ~= "" then value = values(rest, number) end
  if type(value) ~= "string" then
    host.misuse("a string has bytes, which " .. describe.value(value) .. " has not")
  end
  show(printing.hex(value))
end

add("hex", "[EXPR]", "shows bytes in hexadecimal: of EXPR, or of the last value", showHex)

add("codec", "[NAME]", "says which codec c has, or gives it another", function(rest)
  local conversation = typing.conversation()
  if rest ~= "" then
    local codec = codecs.find(rest, conversation.kind)
    local accepts = conversation.encode ~= conversation.codec.encode
    conversation.codec, conversation.wait.codec = codec, codec
    conversation.encode = accepts and codec.encodeReply or codec.encode
    conversation.decode, conversation.seek = codec.decode, codec.seek or false
    conversation.reader.blank = codec.blank or false
    arrivals.decodeAnew(conversation)
  end
  show(conversation.codec.name or "a codec of the script's own")
end)

add("trace", "[on|off]", "shows every event as it happens, or only what comes", function(rest)
  if rest ~= "" and rest ~= "on" and rest ~= "off" then host.misuse(":trace takes on or off") end
  show("trace is " .. (host.trace(rest) and "on" or "off"))
end)

local function peerOf(conversation)
  local peer = conversation.peer
  return peer and ("pid %d, uid %d"):format(peer.pid, peer.uid) or "of this process"
end

add("connections", "", "lists the conversations: peer, codec, what has come, state", function()
  local all = arrivals.conversations()
  if #all == 0 then show("no conversation has begun") end
  for _, conversation in ipairs(all) do
    show(("%s  %s  %s  %s (%s)  %s"):format(
      describe.shortened(conversation.name), peerOf(conversation),
      conversation.codec.name or "own codec",
      quantities.count(conversation.reader.messages, "message"),
      quantities.count(conversation.reader.size, "byte"),
      conversation.wait.ending or "open"))
  end
end)

add("reconnect", "", "connects c once more, to the same name", function()
  typing.conversation():reconnect()
end)

add("tasks", "", "tells who waits where, and for what", function()
  local waiters = host.waiters()
  if #waiters == 0 then show("nobody waits") end
  for _, waiter in ipairs(waiters) do show(waiter) end
end)

add("log", "[N]", "shows the last N events, 20 without it", function(rest)
  local count = rest == "" and 20 or math.tointeger(tonumber(rest))
  if not count or count < 1 then host.misuse(":log takes a count of events") end
  for _, row in ipairs(host.rows(count)) do show(row) end
end)

add("save", "FILE.lua [FROM-TO] [--twice]",
  "writes what was said as a scenario: all of it, or the events of these numbers in :log",
  function(rest) prelude.saving.save(rest) end)

-- Lua

add("type", "EXPR", "shows the types of the values of EXPR", function(rest, number)
  local all, names = table.pack(values(rest, number)), {}
  for index = 1, all.n do
    local metatable = getmetatable(all[index])
    local class = type(metatable) == "table" and rawget(metatable, "__name")
    names[index] = math.type(all[index]) or class or type(all[index])
  end
  show(all.n == 0 and "no value" or table.concat(names, ", "))
end)

add("time", "EXPR", "shows how long EXPR takes", function(rest, number)
  local now = host.localsocket.now
  local start = now()
  local all = table.pack(values(rest, number))
  local duration = now() - start
  results.show(number, table.unpack(all, 1, all.n))
  show(quantities.duration(duration))
end)

---Runs a file; what it declares without `local` is there then.
---@param path string
function commands.load(path)
  lastFile = path
  local chunk, problem = loadfile(path, "t")
  if not chunk then error(problem, 0) end
  chunk()
end

add("load", "FILE", "runs a file of Lua", function(rest)
  commands.load(needed(rest, "a file"))
end)

local ownModules = {}
for name in pairs(package.loaded) do ownModules[name] = true end

add("reload", "", "runs the file that was loaded last again, and what it requires", function()
  if not lastFile then host.misuse("no file was loaded yet; :load FILE loads one") end
  for name in pairs(package.loaded) do
    if not ownModules[name] then package.loaded[name] = nil end
  end
  commands.load(lastFile)
end)

local function set(rest)
  local name, text = rest:match("^(%a+)[ =]+(%d+)$")
  if rest ~= "" and not printing.limits[name] then
    host.misuse((":set takes one of %s, and a number"):format(
      table.concat(describe.sortedKeys(printing.limits), ", ")))
  end
  if name then printing.limits[name] = math.tointeger(text) end
  for _, key in ipairs(describe.sortedKeys(printing.limits)) do
    show(("%-7s %d"):format(key, printing.limits[key]))
  end
end

add("set", "[NAME VALUE]", "shows what can be set, or sets it: how much of a value is shown", set)

add("quit", "", "leaves, and closes everything", function() host.quit() end)

---The names of the commands, in the order of the help.
---@return string[]
function commands.names()
  local names = {}
  for index, command in ipairs(list) do names[index] = command.name end
  return names
end

---The command that a name stands for.
---@param name string  or the beginning of one
---@return Command?
function commands.find(name)
  if byName[name] then return byName[name] end
  for _, known in ipairs(list) do
    if known.name:sub(1, #name) == name then return known end
  end
end

---Runs a command.
---@param name string  or the beginning of one
---@param rest string  what follows it
---@param number integer  of the line
function commands.run(name, rest, number)
  if name == "" then return showCommands() end
  local command = commands.find(name)
  if not command then
    host.misuse(("there is no command :%s%s; :help lists them"):format(
      name, host.suggestion(name, commands.names())))
  end
  command.run(rest, number)
end

return commands
