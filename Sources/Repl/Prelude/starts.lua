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

local isWatching = false

---Notes what lines do to processes, from the first one on.
local function watchProcesses()
  if isWatching then return end
  isWatching = true
  local Process = prelude.process.class
  note(Process, "stop")
  note(Process, "signal")
end

local spawn = Scenario.spawn

function Scenario:spawn(command)
  watchProcesses()
  local process = spawn(self, command)
  commands[process.name] = command
  return process
end

return starts
