-- The names that the language has for what scripts write, for who reads a script without running it.

local host = ...
local localsocket, prelude = host.localsocket, host.prelude
local class, codecs, conversations = prelude.class, prelude.codecs, prelude.conversation
local describe, opening, options = prelude.describe, prelude.opening, prelude.options

---What a function is given at a position: a table with these options.
local function at(position, known)
  local durations = {}
  for name, types in pairs(known) do
    if types == options.DURATION then table.insert(durations, name) end
  end
  table.sort(durations)
  return { position = position, types = known, durations = durations }
end

local members = {}
for _, methods in ipairs {
  prelude.scenario.class, getmetatable(prelude.checks), conversations.class, prelude.listener.class,
  prelude.process.class,
} do
  members[methods.__name] = class.members(methods)
end
for member in pairs(prelude.scenario.computed) do table.insert(members.scenario, member) end
members.localsocket = describe.sortedKeys(localsocket)
members.ready = describe.sortedKeys(prelude.ready.globals)
members.any = {}
for _, name in ipairs(describe.sortedKeys(prelude.patterns.any)) do
  if prelude.patterns.isPattern(prelude.patterns.any[name]) then table.insert(members.any, name) end
end
for _, make in ipairs { localsocket.Socket, localsocket.Server } do
  local methods = debug.getmetatable(make())
  members[methods.__name] = describe.sortedKeys(methods.__index)
end

local afterFirst, alone = at(2, options.WAIT), at(1, options.WAIT)

return {
  ---By what messages call an object.
  members = members,
  ---The members of `t` that are no methods.
  fields = describe.sortedKeys(prelude.scenario.computed),
  ---The functions and methods whose first argument is a duration.
  timed = {
    "eventually", "quiet", "expectNoAccept", "sleep", "after", "every", "waitForConnected",
    "waitForDisconnected", "waitForReadyRead", "waitForBytesWritten", "waitForNewConnection",
  },
  ---By the function.
  options = {
    scenario = at(2, prelude.scenario.optionTypes()),
    connect = at(2, opening.CONNECT_OPTIONS), listen = at(2, opening.LISTEN_OPTIONS),
    pair = at(1, conversations.OPTIONS), spawn = at(1, prelude.command.OPTIONS),
    raw = at(2, prelude.sending.OPTIONS), expectEnd = at(1, prelude.ending.OPTIONS),
    receive = alone, accept = alone, call = at(3, options.WAIT), expect = afterFirst,
    await = afterFirst, expectSequence = afterFirst, expectUnordered = afterFirst,
    ["spawn.stop"] = at(1, prelude.command.STOP_OPTIONS),
    ["ready.connectable"] = afterFirst, ["ready.exists"] = afterFirst,
    ["ready.logged"] = afterFirst, ["ready.notify"] = alone,
    expectAny = afterFirst, awaitLog = afterFirst, notified = afterFirst, expectExit = afterFirst,
  },
  codecs = codecs.names(),
}
