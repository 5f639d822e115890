-- `:save`: a session as a scenario that says and expects the same again.

local host = ...
local prelude = host.prelude
local arrivals, describe, literals = prelude.arrivals, prelude.describe, prelude.literals
local patterns, quantities, ready = prelude.patterns, prelude.quantities, prelude.ready
local secrets, steps = prelude.secrets, prelude.steps

local saving = {}

---The first line of what is written here, and of no file of somebody else's.
local MARK = "-- Saved by parley repl."

---@class Manuscript  a scenario that is being written
---@field lines string[]
---@field variables table<string, string>  the names of conversations, by lane
---@field listeners table<string, string>  those of listeners, whose clients here have the same lanes
---@field taken table<string, boolean>
---@field captures Capture[]  so far

local function put(manuscript, format, ...)
  manuscript.lines[#manuscript.lines + 1] = "  " .. format:format(...):gsub("\n", "\n  ")
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
  local codec, kind = arrivals.codecOf(lane), arrivals.kindOf(lane)
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
  return (text:gsub("%p", "%%%0"):gsub("\n", "\n"))
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
  local partner = arrivals.partnerOf(step.lane)
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

writers["end"] = function(manuscript, _, name) put(manuscript, "%s:expectEnd()", name) end
function writers.close(manuscript, _, name) put(manuscript, "%s:close()", name) end
function writers.shutdown(manuscript, _, name) put(manuscript, "%s:shutdown()", name) end

---What tells that a process is ready, as source.
local function readiness(manuscript, value)
  local arguments = {}
  if value.argument then arguments[1] = sentText(manuscript, value.argument) end
  if value.timeout then
    arguments[#arguments + 1] = ("{ timeout = %s }"):format(literals.text(value.timeout))
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
  -- What it was given to read is said again with its command.
  if command.input then return end
  manuscript.variables[step.lane .. ".stdin"] = name .. ".stdin"
  manuscript.variables[step.lane .. ".terminal"] = name .. ".stdin"
end

function writers.stop(manuscript, _, name) put(manuscript, "%s:stop()", name) end

function writers.signal(manuscript, step, name)
  put(manuscript, "%s:signal%s", name, argument(literals.string(step.signal)))
end

function writers.exit(manuscript, step, name)
  put(manuscript, "%s:expectExit(%s)", name,
    step.ending == 0 and "" or literals.text(step.ending))
end

local openers = { connect = true, listen = true, accept = true, spawn = true }

---Notes of the processes which of them is connected to next, that the scenario waits until it can,
---and leaves out the ends of those that are stopped.
local function completed(all)
  local kept, isStopped, own, last = {}, {}, {}, false
  for _, step in ipairs(all) do
    if step.kind == "listen" then own[step.name] = true end
    if step.kind == "stop" then isStopped[step.lane] = true end
    if step.kind == "spawn" then last = step end
    if step.kind == "connect" and step.name ~= "" and last and not own[step.name] then
      last.serves, last = step.name, false
    end
    if step.kind ~= "exit" or not isStopped[step.lane] then kept[#kept + 1] = step end
  end
  return kept
end

---A scenario of steps.
---@param all Step[]
---@param title string
---@return string
function saving.text(all, title)
  local manuscript = {
    lines = {}, variables = {}, listeners = {}, taken = { t = true },
    captures = { { value = host.directory(), variable = "t.directory" } },
  }
  for _, step in ipairs(completed(all)) do
    local name = manuscript.variables[step.lane]
    if name or openers[step.kind] then writers[step.kind](manuscript, step, name) end
  end
  return ("%s\n\nscenario(%s, function(t)\n%s\nend)\n"):format(
    MARK, literals.string(title), table.concat(manuscript.lines, "\n"))
end

---The numbers of the first and the last event; nil for all.
local function range(from, to)
  if not from then return nil, nil end
  local first, last = math.tointeger(from), math.tointeger(to)
  if not first or not last or first > last then
    host.misuse((":save takes the first event and the last, as 2-5; %s-%s has none"):format(from, to))
  end
  return first, last
end

---The file, the range and whether to replay, of what follows `:save`.
local function parse(rest)
  local isTwice = false
  rest = rest:gsub("%-%-twice", function()
    isTwice = true
    return ""
  end)
  local from, to = rest:match("%f[%S](%d+)%-(%d+)%f[%s\0]")
  if from then rest = rest:gsub("%f[%S]%d+%-%d+%f[%s\0]", "", 1) end
  local path = rest:match("^%s*(.-)%s*$")
  if path == "" then host.misuse(":save FILE.lua [FROM-TO] [--twice]") end
  from, to = range(from, to)
  return path, from, to, isTwice
end

---What opens the conversations that a range of events begins in the middle of.
local function opening(from, events)
  if not from or from <= 1 then return {} end
  local isUsed, first = {}, {}
  for _, event in ipairs(events) do isUsed[event.lane] = true end
  for _, event in ipairs(host.events(1, from - 1)) do
    local lane = event.lane
    local isOwner = event.kind == "listening" or event.kind == "spawned"
    if isOwner and next(isUsed) ~= nil or isUsed[lane] and (event.kind == "connected" or event.kind == "accepted") then
      first[#first + 1] = event
    end
  end
  return first
end

---Keeps a file from being replaced that somebody else has written.
local function refuseForeign(path)
  local file <close> = io.open(path)
  local isForeign = file and file:read("l") ~= MARK or not file and host.isThere(path)
  if isForeign then host.misuse(path .. " is there already, and :save has not written it") end
end

---Puts a text into a file as a whole, or leaves what was there.
---@return boolean? isWritten
---@return string? problem
local function replace(path, text)
  local temporary = path .. ".saving"
  local file, problem = io.open(temporary, "w")
  if not file then return nil, problem end
  local isWritten, failure = file:write(text)
  local isClosed, closeFailure = file:close()
  if isWritten and isClosed then
    isWritten, failure = os.rename(temporary, path)
    if isWritten then return true end
  end
  os.remove(temporary)
  return nil, failure or closeFailure
end

---Writes a session, or a part of it, to a file.
---@param rest string  what was typed behind `:save`
function saving.save(rest)
  local path, from, to, isTwice = parse(rest)
  refuseForeign(path)
  local events = host.events(from, to)
  local first = opening(from, events)
  table.move(events, 1, #events, #first + 1, first)
  local all = steps.of(first)
  if #all == 0 then host.misuse("nothing was said that a scenario could say again") end
  if isTwice then prelude.replay.compare(all) end
  local text = saving.text(all, path:match("([^/]*)%.lua$") or path)
  local isWritten, problem = replace(path, text)
  if not isWritten then host.misuse("cannot write the scenario: " .. problem) end
  host.show(("%s: %s; parley run %s"):format(path, quantities.count(#all, "step"), path))
end

return saving
