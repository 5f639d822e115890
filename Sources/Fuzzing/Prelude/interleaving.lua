-- Several clients of one case: `g:interleave`. Who goes next is a choice, so that a schedule can be
-- played again and made simpler.

local host = ...
local prelude = host.prelude
local describe, shapes = prelude.describe, prelude.shapes

local Generator = prelude.generator.class

local interleaving = { }

---What a client yields before it sends: the others may go first.
local TURN = {}

---@type table<thread, boolean>  the clients that run under a schedule
local clients = setmetatable({}, { __mode = "k" })

---Lets the schedule decide who goes next; nothing outside `g:interleave`.
function interleaving.pause()
  local thread = coroutine.running()
  if clients[thread] then coroutine.yield(TURN) end
end

local function resume(client)
  local fine, problem = coroutine.resume(client.thread)
  if not fine then error(problem, 0) end
  client.isOver = coroutine.status(client.thread) == "dead"
end

---Runs functions as clients that take turns: each sending is a turn.
---@param functions fun()[]
function Generator:interleave(functions)
  if type(functions) ~= "table" or #functions == 0 then
    host.misuse("g:interleave takes a list of functions, not " .. describe.value(functions))
  end
  local waiting = {}
  for index, fn in ipairs(functions) do
    local thread = coroutine.create(fn)
    clients[thread] = true
    waiting[index] = { thread = thread, isOver = false }
  end
  while #waiting > 0 do
    local span = self.tape:open("turn")
    local index = self.tape:choose(shapes.index(#waiting))
    self.tape:close(span)
    local client = waiting[index]
    resume(client)
    if client.isOver then table.remove(waiting, index) end
  end
end

return interleaving
