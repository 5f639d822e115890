-- The text of a scenario that says and expects again what was said in a session.

local host = ...
local prelude = host.prelude
local describe, lanes, literals = prelude.describe, prelude.lanes, prelude.literals
local patterns, ready = prelude.patterns, prelude.ready
local secrets, steps = prelude.secrets, prelude.steps

local manuscripts = {
  ---The first line of what is written here, and of no file of somebody else's.
  MARK = "-- Saved by parley repl.",
}

---@class Manuscript  a scenario that is being written
---@field lines string[]
---@field variables table<string, string>  the names of conversations, by lane
---@field listeners table<string, string>  those of listeners, whose clients here have the same lanes
---@field taken table<string, boolean>
---@field captures Capture[]  so far

local function put(manuscript, format, ...)
  local text = format:format(...)
  if text:find("\n", 1, true) then text = text:gsub("\n", "\n  ") end
  manuscript.lines[#manuscript.lines + 1] = "  " .. text
end

---A name that nothing else has.
local function fresh(manuscript, base)
  local name, count = base, 1
  while manuscript.taken[name] do
    count = count + 1
    name = base .. count
  end
  manuscript.taken[name] = true
  return name
end

---A name for the conversation that a lane is.
local function variable(manuscript, lane, base)
  local name = fresh(manuscript, base)
  manuscript.variables[lane] = name
  return name
end

---The options of a conversation that are not what they are anyway; nil where all are.
local function options(lane)
  local codec, kind = lanes.codecOf(lane), lanes.kindOf(lane)
  local hasPackets = kind and kind ~= "stream"
  local isUsual = not codec or codec == (hasPackets and "packet" or "stream")
  if isUsual and not hasPackets then return nil end
  return literals.text { codec = not isUsual and codec or nil, kind = hasPackets and kind or nil }
end

---The same behind another argument.
local function furtherOptions(lane)
  local text = options(lane)
  return text and ", " .. text or ""
end

---What follows the name of a function: an argument that needs no parentheses goes without.
local function argument(text)
  local isAlone = text:find("^{") or text:find('^"[^"]*"$')
  return isAlone and " " .. text or "(" .. text .. ")"
end

---A text that is sent as source, in which what came before stands by its name.
local function sentText(manuscript, text)
  local pieces = steps.pieces(secrets.hide(text), manuscript.captures)
  for index, piece in ipairs(pieces) do
    pieces[index] = type(piece) == "string" and literals.string(piece) or piece.variable
  end
  return table.concat(pieces, " .. ")
end

---A message as source.
local function source(manuscript, message)
  return literals.text(message, function(value)
    if type(value) == "string" then return sentText(manuscript, value) end
  end)
end

local function luaPattern(text)
  return (text:gsub("%p", "%%%0"))
end

---The pattern of a text in which a part is captured.
local function capturing(capture)
  if capture.isNumber then return patterns.any.integer end
  if capture.before == "" and capture.after == "" then return patterns.any.string end
  return patterns.pattern(("^%s([%%w_%%-]+)%s$"):format(
    luaPattern(capture.before), luaPattern(capture.after)))
end

---A copy of a message with a pattern in the place of each captured value.
local function withPatterns(message, captures)
  if #captures == 0 then return message end
  if #captures[1].path == 0 then return capturing(captures[1]) end
  local function copy(value, path)
    for _, capture in ipairs(captures) do
      if table.concat(capture.path, "\0") == table.concat(path, "\0") then
        return capturing(capture)
      end
    end
    if type(value) ~= "table" or patterns.isPattern(value) or value == prelude.null then
      return value
    end
    local copied = setmetatable({}, getmetatable(value))
    for key, entry in pairs(value) do
      local deeper = table.move(path, 1, #path, 1, {})
      deeper[#deeper + 1] = key
      copied[key] = copy(entry, deeper)
    end
    return copied
  end
  return copy(message, {})
end

---Names a captured value behind the line that has taken its message.
local function nameCapture(manuscript, capture, holder)
  local source = holder
  for _, key in ipairs(capture.path) do source = source .. describe.step(key) end
  if capture.before ~= "" or capture.after ~= "" then
    source = ("%s:match(%s)"):format(source, literals.string(capturing(capture).text))
  end
  put(manuscript, "local %s = %s", capture.variable, source)
end

local function putReceive(manuscript, step, name)
  local expected = argument(
    source(manuscript, withPatterns(step.pattern or step.message, step.captures)))
  local captures = step.captures
  if #captures == 0 then return put(manuscript, "%s:expect%s", name, expected) end
  local first = captures[1]
  local isWhole = #first.path == 0
  if isWhole and first.before == "" and first.after == "" then
    put(manuscript, "local %s = %s:expect%s", first.variable, name, expected)
  elseif isWhole then
    put(manuscript, "local _, %s = %s:expect%s", first.variable, name, expected)
  else
    local holder = fresh(manuscript, "message")
    put(manuscript, "local %s = %s:expect%s", holder, name, expected)
    for _, capture in ipairs(captures) do nameCapture(manuscript, capture, holder) end
  end
  table.move(captures, 1, #captures, #manuscript.captures + 1, manuscript.captures)
end

local writers = {}

---Both ends of a pair, at the first of them.
local function putPair(manuscript, lane, partner)
  if manuscript.variables[lane] then return end
  local given = options(lane)
  put(manuscript, "local %s, %s = t:pair%s", variable(manuscript, lane, "c"),
    variable(manuscript, partner, "c"), given and " " .. given or "()")
end

function writers.connect(manuscript, step)
  local partner = lanes.partnerOf(step.lane)
  if partner then return putPair(manuscript, step.lane, partner) end
  put(manuscript, "local %s = t:connect(%s%s)", variable(manuscript, step.lane, "c"),
    sentText(manuscript, step.name), furtherOptions(step.lane))
end

function writers.listen(manuscript, step)
  local listener = fresh(manuscript, "listener")
  manuscript.listeners[step.lane] = listener
  put(manuscript, "local %s = t:listen(%s%s)", listener, sentText(manuscript, step.name),
    furtherOptions(step.lane .. ".1"))
end

function writers.accept(manuscript, step)
  local listener = manuscript.listeners[step.lane:gsub("%.%d+$", "")]
  if not listener then return end
  put(manuscript, "local %s = %s:accept()", variable(manuscript, step.lane, "c"), listener)
end

function writers.send(manuscript, step, name)
  put(manuscript, "%s:send%s", name, argument(source(manuscript, step.message)))
end

function writers.raw(manuscript, step, name)
  put(manuscript, "%s:raw%s", name, argument(literals.string(step.bytes)))
end

function writers.receive(manuscript, step, name) putReceive(manuscript, step, name) end

---What no line of a scenario can say by itself.
function writers.remark(manuscript, step)
  put(manuscript, "-- %s, which are not saved", step.text)
end

writers["end"] = function(manuscript, _, name) put(manuscript, "%s:expectEnd()", name) end
function writers.close(manuscript, _, name) put(manuscript, "%s:close()", name) end
function writers.shutdown(manuscript, _, name) put(manuscript, "%s:shutdown()", name) end

---What tells that a process is ready, as source.
local function readiness(manuscript, value)
  local arguments = {}
  if value.argument then arguments[1] = sentText(manuscript, value.argument) end
  if value.timeout then
    arguments[#arguments + 1] = ("{ timeout = %s }"):format(literals.text(math.tointeger(value.timeout) or value.timeout))
  end
  return ("ready.%s(%s)"):format(value.maker, table.concat(arguments, ", "))
end

---A value of a command as source, where that is no literal.
local function commandPart(manuscript, value)
  if type(value) == "string" then return sentText(manuscript, value) end
  if ready.isReadiness(value) then return readiness(manuscript, value) end
  local name = type(value) == "table" and rawget(value, "name")
  return name and (manuscript.listeners[name] or manuscript.variables[name])
end

function writers.spawn(manuscript, step)
  local command = table.move(step.command, 1, #step.command, 1, {})
  for key, value in pairs(step.command) do command[key] = value end
  if not command.ready and step.serves then command.ready = ready.globals.connectable(step.serves) end
  local text = literals.text(command, function(value) return commandPart(manuscript, value) end)
  local name = variable(manuscript, step.lane, "p")
  put(manuscript, "local %s = t:spawn %s", name, text)
  for _, stream in ipairs { "stdout", "stderr" } do
    manuscript.variables[step.lane .. "." .. stream] = name .. "." .. stream
  end
  -- What it was given to read is said again with its command.
  if command.input then return end
  manuscript.variables[step.lane .. ".stdin"] = name .. ".stdin"
  manuscript.variables[step.lane .. ".terminal"] = name .. ".stdin"
end

function writers.stop(manuscript, _, name) put(manuscript, "%s:stop()", name) end

function writers.signal(manuscript, step, name)
  put(manuscript, "%s:signal%s", name, argument(literals.string(step.text)))
end

function writers.awaitLog(manuscript, step, name)
  put(manuscript, "%s:awaitLog%s", name, argument(sentText(manuscript, step.text)))
end

function writers.exit(manuscript, step, name)
  put(manuscript, "%s:expectExit(%s)", name,
    step.ending == 0 and "" or literals.text(step.ending))
end

local openers = { connect = true, listen = true, accept = true, spawn = true }

---Notes which processes are connected to next, so that the scenario waits until they can be.
local function noteServers(all)
  local own, last = {}, false
  for _, step in ipairs(all) do
    if step.kind == "listen" then own[step.name] = true end
    if step.kind == "spawn" then last = step end
    if step.kind == "connect" and step.name ~= "" and last and not own[step.name] then
      last.serves, last = step.name, false
    end
  end
end

---The lane of which the process that a step starts has the other end.
local function laneTo(step)
  return step.command.stdin and lanes.partnerOf(step.command.stdin.name)
end

---The steps without those that follow from others: the end of a process that is stopped, and that of
---what one says which has the other end of a pair, as it comes of our closing.
local function withoutEffects(all)
  local kept, isStopped, isHeld, isClosed = {}, {}, {}, {}
  for _, step in ipairs(all) do
    local kind, lane = step.kind, step.lane
    if kind == "stop" then isStopped[lane] = true end
    if kind == "spawn" and laneTo(step) then isHeld[laneTo(step)] = true end
    local closes = kind == "end" and isHeld[lane]
    local isEffect = kind == "exit" and isStopped[lane] or kind == "close" and isClosed[lane]
    if not isEffect then kept[#kept + 1] = closes and { kind = "close", lane = lane } or step end
    isClosed[lane] = isClosed[lane] or closes
  end
  return kept
end

---A scenario of steps.
---@param all Step[]
---@param title string
---@return string
function manuscripts.text(all, title)
  local manuscript = {
    lines = {}, variables = {}, listeners = {}, taken = { t = true },
    captures = { { value = host.directory(), variable = "t.directory" } },
  }
  noteServers(all)
  for _, step in ipairs(withoutEffects(all)) do
    local name = manuscript.variables[step.lane]
    if name or openers[step.kind] then writers[step.kind](manuscript, step, name) end
  end
  return ("%s\n\nscenario(%s, function(t)\n%s\nend)\n"):format(
    manuscripts.MARK, literals.string(title), table.concat(manuscript.lines, "\n"))
end

return manuscripts
