-- Playing one case: a block's body with a generator, against the target, and what is left cleaned up.

local host = ...
local prelude = host.prelude
local conversations, endings, failure = prelude.conversation, prelude.endings, prelude.failure
local generators, interleaving, journal = prelude.generator, prelude.interleaving, prelude.journal
local options, oracles, shapes = prelude.options, prelude.oracles, prelude.shapes

local localsocket = host.localsocket
local isOpen = conversations.open

local cases = {}

---@class Case
---@field tape Tape
---@field g Generator
---@field server Server|false
---@field opened Conversation[]
---@field sockets table<localsocket.Socket, Conversation>|false  those to the target
---@field lanes table<string, boolean>|false  those of the target, of a case that is traced
---@field listeners Listener[]|false
---@field tasks localsocket.Task[]|false
---@field deferred function[]|false
---@field descriptors any[]|false  files and sockets that were made for it
---@field steps Step[]|false  what was traced
---@field feedback Feedback|false
---@field sent integer
---@field received integer
---@field lastSent string
---@field lastClass string  of the reply before
---@field news integer  what of its replies and states was never seen
---@field stalled string|false  why a wait was given up
---@field stalledAfter number  milliseconds
---@field absorbed table|false  what has failed beside the body
---@field wait number  the milliseconds of one wait
---@field settles boolean  whether the target is waited for at the end
---@field isSettled boolean  it is there and has come to rest
---@field isOver boolean  the body has ended
---@field isSeeded boolean  math.random follows from the tape, or from a seed of the body's
---@field opensWith table<string, table>|false  the options of connections, of a case that is traced

---The script's scenario, and what a case adds to it.
---@type Scenario
local scenario

-- Connecting

local connectOptions = { timeout = options.DURATION }
for name, types in pairs(conversations.OPTIONS) do connectOptions[name] = types end

local NONE = {}

local function checked(opts)
  return opts == nil and NONE or options.check(opts, connectOptions, "connect")
end

---How what is sent may be cut: after every byte, or at one place.
local WAYS = generators.weightedShape { 1, 3 }

local function writeInPieces(tape, write, socket, bytes)
  if tape:choose(WAYS) == 2 then
    local at = tape:choose(shapes.int(1, #bytes - 1, 1))
    local first, problem = write(socket, bytes:sub(1, at), nil, true)
    if not first then return first, problem end
    prelude.delivery.awaitRead(socket)
    local second, reason = write(socket, bytes:sub(at + 1))
    return second and #bytes, reason
  end
  for position = 1, #bytes do
    local count, problem = write(socket, bytes:sub(position, position), nil, position < #bytes)
    if not count then return nil, problem end
    prelude.delivery.awaitRead(socket)
  end
  return #bytes
end

local CUTS = shapes.bool(1 / 32)

---The conversation's write, with a trace of each.
local function traced(conversation)
  local write = conversation.write
  return function(socket, bytes, descriptors, isPart)
    local count, problem = write(socket, bytes, descriptors)
    if count then journal.wrote(conversation.name, bytes, descriptors, isPart) end
    return count, problem
  end
end

---A write that lets the case choose in how many writes something is sent, and when.
local function choosing(write, mayCut)
  return function(socket, bytes, descriptors)
    local case = journal.case
    if not case then return write(socket, bytes, descriptors) end
    interleaving.pause()
    -- What the target dies of may keep the message from being sent as a whole.
    case.lastSent = bytes
    if not mayCut or descriptors or #bytes < 2 then return write(socket, bytes, descriptors) end
    local tape = case.tape
    local span = tape:open("write")
    local isCut = tape:choose(CUTS)
    local count, problem
    if isCut then
      count, problem = writeInPieces(tape, write, socket, bytes)
    else
      count, problem = write(socket, bytes)
    end
    tape:close(span)
    return count, problem
  end
end

---The two writes that are made of each, whole and in pieces: there are as many as kinds of sockets.
local whole, cut = {}, {}

local function choosingWrite(case, conversation)
  local mayCut = case.boundaries and conversation.kind == "stream"
  if case.steps then return choosing(traced(conversation), mayCut) end
  local made, write = mayCut and cut or whole, conversation.write
  local known = made[write]
  if not known then
    known = choosing(write, mayCut)
    made[write] = known
  end
  return known
end

local function adopt(case, conversation)
  local opened = case.opened
  opened[#opened + 1] = conversation
  if case.sockets then
    case.sockets[conversation.socket] = conversation
  else
    case.sockets = { [conversation.socket] = conversation }
  end
  if case.steps then journal.connected(conversation.name) end
  oracles.watch(conversation)
  conversation.write = choosingWrite(case, conversation)
  return conversation
end

---The numbers of ENFILE and EMFILE on Linux (errno(3)).
local FULL = { [23] = true, [24] = true }

---That this process has no room for descriptors is no fault of the target.
function cases.checkRoom()
  local file, _, code = io.open("/dev/null")
  if file then
    file:close()
    return
  end
  if not FULL[code] then return end
  failure.raise {
    kind = "environment", message = "parley has no descriptors left for the case; raise ulimit -n",
  }
end

---A conversation with the target.
local function connectToTarget(case, opts)
  local given = checked(opts)
  local lane = given.name or (#case.opened == 0 and "c" or "c" .. #case.opened + 1)
  local socket, message, code = prelude.servers.dial(case.server, given)
  if not socket then
    cases.checkRoom()
    failure.raise { kind = "closed", lane = lane, message = message, isUnreachable = true, code = code }
  end
  if case.opensWith then case.opensWith[lane] = given end
  return conversations.new(socket, lane, given)
end

-- The scenario of a case

---Adds to what the end of a case has to see to.
local function keep(field, value)
  local list = journal.case[field] or {}
  list[#list + 1], journal.case[field] = value, list
end

---Closes a file or a socket with the case.
---@generic T
---@param descriptor T
---@return T
function cases.keep(descriptor)
  if journal.case then keep("descriptors", descriptor) end
  return descriptor
end

---@class CaseScenario: Scenario
local own = {}

function own.connect(self, name, opts)
  if type(name) == "table" and opts == nil then name, opts = nil, name end
  local case = journal.case
  if name ~= nil then return adopt(case, scenario.connect(self, name, opts)) end
  if not case.server then
    host.misuse("t:connect() needs a target{…}, or --connect NAME")
  end
  return adopt(case, connectToTarget(case, opts))
end

function own.listen(self, name, opts)
  local listener = scenario.listen(self, name, opts)
  keep("listeners", listener)
  return listener
end

function own.pair(self, opts)
  local left, right = scenario.pair(self, opts)
  local opened = journal.case.opened
  opened[#opened + 1], opened[#opened + 2] = left, right
  return left, right
end

function own.task(_, name, fn)
  local case = journal.case
  local task = localsocket.spawn(function()
    local fine, problem = pcall(fn)
    if not fine and problem ~= "cancelled" then case.absorbed = case.absorbed or { problem } end
  end)
  keep("tasks", task)
  return task, name
end

function own.defer(_, fn)
  keep("deferred", fn)
end

function own.skip()
  error(generators.REJECTED, 0)
end

---The object that bodies get as `t`.
---@param t Scenario
---@return CaseScenario
function cases.scenario(t)
  scenario = t
  return setmetatable(own, { __index = t })
end

-- The end of a case

local function endBody(case)
  if case.tasks then
    for _, task in ipairs(case.tasks) do task:join(case.wait) end
  end
  local opened = case.opened
  for index = 1, #opened do endings.conclude(case, opened[index]) end
end

local function closeDescriptor(descriptor)
  local kind = io.type(descriptor)
  if kind == "file" then descriptor:close() elseif not kind then descriptor:abort() end
end

---Closes and runs what few cases have.
local function cleanUpRest(case)
  for _, listener in ipairs(case.listeners or NONE) do listener:close() end
  for _, descriptor in ipairs(case.descriptors or NONE) do closeDescriptor(descriptor) end
  local deferred = case.deferred or NONE
  for index = #deferred, 1, -1 do pcall(deferred[index]) end
end

local function cleanUp(case)
  case.isOver = true
  if case.tasks then
    for _, task in ipairs(case.tasks) do task:cancel() end
  end
  if case.settles and not case.stalled and case.server then prelude.delivery.drain(case) end
  local opened = case.opened
  for index = 1, #opened do
    local conversation = opened[index]
    if isOpen[conversation] then conversation:close() end
  end
  if case.listeners or case.descriptors or case.deferred then cleanUpRest(case) end
  -- One that hangs does not come to rest.
  if case.settles and not case.stalled and case.server and case.server.pid then
    case.isSettled = prelude.patience.settle(case.server, 1000)
  end
end

local function play(body, case, t)
  body(case.g, t)
  endBody(case)
end

---What a case holds from its beginning, unless it is told otherwise.
local Case = {
  sockets = false, lanes = false, listeners = false, tasks = false, deferred = false,
  descriptors = false, steps = false, feedback = false, sent = 0, received = 0, lastSent = "",
  lastClass = "", news = 0, stalled = false, stalledAfter = 0, absorbed = false, settles = false,
  isSettled = false, isSeeded = false, isOver = false, opensWith = false,
}
Case.__index = Case

---@param definition Definition
---@param tape Tape
---@param server Server|false
---@param given? { traced?: boolean, settles?: boolean, feedback?: Feedback, factor?: number }
---@return Case
function cases.new(definition, tape, server, given)
  given = given or NONE
  local case = setmetatable({
    tape = tape, g = generators.new(tape), server = server,
    -- A table with room for one.
    opened = { nil },
    wait = given.wait or definition.wait * (given.factor or 1),
    boundaries = definition.boundaries, endings = definition.endings,
    feedback = given.feedback, settles = given.settles,
    -- What nearly every case changes, so that its table need not grow for it.
    sockets = false, sent = 0, received = 0, lastSent = "", lastClass = "", isOver = false,
  }, Case)
  if given.traced then case.lanes, case.steps, case.opensWith = {}, {}, {} end
  return case
end

---Plays a case.
---@param definition Definition
---@param case Case
---@param t CaseScenario
---@return boolean fine
---@return any problem  what the body died of
function cases.play(definition, case, t)
  journal.case = case
  local fine, problem = pcall(play, definition.body, case, t)
  case.tape:finish()
  local isClean, trouble = pcall(cleanUp, case)
  journal.case = false
  -- What has failed beside the body is the cause, where the body failed, too.
  if case.absorbed then return false, case.absorbed[1] end
  if fine and not isClean then return false, trouble end
  return fine, problem
end

return cases
