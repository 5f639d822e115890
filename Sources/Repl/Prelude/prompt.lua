-- What is typed: a command after ":", a message after ">", and Lua.

local host = ...
local prelude = host.prelude
local arrivals, evaluation, results = prelude.arrivals, prelude.evaluation, prelude.results

local _ = prelude.starts  -- hears of every process

local prompt = {}

---Whether a line is no Lua.
local function isMarked(text)
  return text:find("^%s*[:>]") ~= nil
end

---Whether more lines have to follow.
---@param text string
---@return boolean
function prompt.isIncomplete(text)
  return not isMarked(text) and evaluation.isIncomplete(text)
end

---Shows the values of a line, unless it is a call of a method whose only value is its object: that is
---for further calls, and says nothing.
local function show(text, number, ...)
  local object = text:match("^%s*([%a_][%w_.]*)%s*:%s*[%a_]")
  local isChained = object and select("#", ...) == 1 and rawequal(..., evaluation.value(object))
  if not isChained then results.show(number, ...) end
end

local function evaluate(text, number)
  local chunk, problem = evaluation.compile(text, "=repl:" .. number)
  if not chunk then error(problem, 0) end
  show(text, number, chunk())
end

local run

function run(text, number)
  if isMarked(text) and text:find("\n") then
    -- A pasted block of such lines; each stands for itself.
    for line in text:gmatch("[^\n]+") do run(line, number) end
    return
  end
  local command, rest = text:match("^%s*:%s*(%a*)%s*(.-)%s*$")
  if command then return prelude.commands.run(command, rest, number) end
  local message = text:match("^%s*>[ \t]?([^\n]*)")
  if message then return prelude.typing.send(message) end
  return evaluate(text, number)
end

---Runs what was typed.
---@param text string
---@param number integer  of the line
function prompt.run(text, number)
  prelude.printing.columns = host.columns()
  arrivals.beginLine()
  run(text, number)
end

---Ends a line, however it went.
prompt.finish = arrivals.endLine

---What the conversation is with, where somebody has just come or gone.
local function greet(conversation)
  local peer = conversation.peer
  local command = peer and host.command(peer.pid)
  host.show(("connected to %s%s, codec %s"):format(
    conversation.name,
    peer and (", pid %d, uid %d%s"):format(
      peer.pid, peer.uid, command and " (" .. command .. ")" or "") or "",
    conversation.codec.name))
end

---A path as the shell means it; a name without a slash that is no file here is one of the module's,
---in the temporary directory.
local function pathOf(name)
  if name:find("^[/@]") then return name end
  local isHere = name:find("/", 1, true) or host.isThere(name)
  if isHere then return host.workingDirectory() .. "/" .. name:gsub("^%./", "") end
  return (os.getenv("TMPDIR") or "/tmp") .. "/" .. name
end

---Connects, as the command line says.
---@param name string
---@param codec string
function prompt.connect(name, codec)
  _G.c = prelude.scenario.t:connect(pathOf(name), { codec = codec })
  greet(_G.c)
end

---Waits for somebody to connect, as the command line says.
---@param name string
---@param codec string
function prompt.listen(name, codec)
  _G.listener = prelude.scenario.t:listen(pathOf(name), { codec = codec })
  host.show(("listening on %s"):format(_G.listener.path))
  _G.c = _G.listener:accept({ timeout = -1 })
  greet(_G.c)
end

---Runs a file.
---@param path string
function prompt.load(path) prelude.commands.load(path) end

---Makes the locals of a thread's calls those of the lines.
---@param thread thread
function prompt.adopt(thread)
  evaluation.adopt(thread)
  local names = {}
  for name in pairs(evaluation.locals()) do names[#names + 1] = name end
  table.sort(names)
  if #names > 0 then host.show("locals: " .. table.concat(names, ", ")) end
end

---What stands before the number of a line: who is talked to.
---@return string
function prompt.title()
  local conversation = evaluation.value("c")
  local isOne = getmetatable(conversation) == prelude.conversation.class
  if not isOne then return "parley" end
  return conversation.wait.ending and conversation.name .. " (ended)" or conversation.name
end

---A message in the notation of its conversation's codec.
---@param lane string
---@param bytes string
---@return string?
function prompt.shown(lane, bytes) return prelude.lanes.shown(lane, bytes) end

---@param text string  before the cursor
---@return { inserted: string, choices: string }
function prompt.completions(text)
  return prelude.completion.complete(text)
end

---@type table<table, table<string, function>>  what was replaced while there is a prompt
local originals = {}

local function replace(owner, name, make)
  originals[owner] = originals[owner] or {}
  originals[owner][name] = owner[name]
  owner[name] = make(owner[name])
end

---Lets what a script writes to a terminal stand above the line that is typed, with nothing in it
---that a terminal obeys.
local function writeAboveTheLine()
  replace(getmetatable(io.stdout).__index, "write", function(write)
    return function(file, ...)
      local isOnScreen = file == io.stdout and host.hasScreen
        or file == io.stderr and host.complainsOnScreen
      if not isOnScreen then return write(file, ...) end
      host.write(table.concat({ ... }))
      return file
    end
  end)
  if not host.hasScreen then return end
  replace(io, "write", function()
    return function(...) return io.output():write(...) end
  end)
  replace(_G, "print", function()
    return function(...)
      local texts = table.pack(...)
      for index = 1, texts.n do texts[index] = tostring(texts[index]) end
      host.write(table.concat(texts, "\t") .. "\n")
    end
  end)
end

---Gives the terminal to what reads it by itself.
local function lendTerminal(call)
  return function(...)
    host.takeKeys(false)
    local values = table.pack(pcall(call, ...))
    host.takeKeys(true)
    if not values[1] then error(values[2], 0) end
    return table.unpack(values, 2, values.n)
  end
end

if host.hasScreen or host.complainsOnScreen then writeAboveTheLine() end

if host.isInteractive then
  replace(io, "read", lendTerminal)
  replace(os, "execute", lendTerminal)
  replace(getmetatable(io.stdin).__index, "read", lendTerminal)
end

---Ends the prompt in a state that goes on.
function prompt.leave()
  for owner, members in pairs(originals) do
    for name, value in pairs(members) do owner[name] = value end
  end
end

arrivals.taken, evaluation.tell = results.keep, host.show

---A file that declares scenarios runs them where it is loaded.
function _G.scenario(name, options, body)
  host.show("scenario " .. name)
  return (body or options)(prelude.scenario.t)
end

return prompt
