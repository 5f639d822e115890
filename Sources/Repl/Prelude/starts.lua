-- The processes that lines have started: their commands as they were given, and how lines have ended
-- them. A saved scenario needs both, and the log has neither.

local host = ...
local prelude = host.prelude
local Scenario = prelude.scenario.class

local starts = {}

---@type table<string, Command>  by the name of the process
local commands = {}

---The command of a process as it was given; nil for one that no line has started.
---@param lane string
---@return Command?
function starts.commandOf(lane) return commands[lane] end

---Has a method leave a note in the log: its name, and its argument.
local function note(class, name)
  local method = class[name]
  rawset(class, name, function(self, argument, ...)
    if getmetatable(self) == class then
      host.log("note", self.name, argument and name .. " " .. tostring(argument) or name)
    end
    return method(self, argument, ...)
  end)
end

---Has a wait for what a process writes leave a note when that was found.
local function noteFound(class)
  local awaitLog = class.awaitLog
  rawset(class, "awaitLog", function(self, text, ...)
    local line = awaitLog(self, text, ...)
    host.log("note", self.name, "awaitLog " .. text)
    return line
  end)
end

local isWatching = false

---Notes what lines do to processes, from the first one on.
local function watchProcesses()
  if isWatching then return end
  isWatching = true
  local Process = prelude.process.class
  note(Process, "stop")
  note(Process, "signal")
  noteFound(Process)
end

---How the note begins of what a line has read, which is in the log as the process wrote it.
starts.READ = "read"

---Leaves a note of what a line has read of a process.
---@param lane string  of its standard output, for one
---@param bytes string  a line
function starts.noteRead(lane, bytes)
  host.log("note", lane, starts.READ .. " " .. bytes:gsub("\n$", ""))
end

local spawn = Scenario.spawn

function Scenario:spawn(command)
  watchProcesses()
  local process = spawn(self, command)
  commands[process.name] = command
  return process
end

return starts
