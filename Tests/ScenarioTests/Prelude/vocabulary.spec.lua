-- The names of the language, for who reads a script without running it.
local test, harness = ...
local same = harness.same

local function setOf(list)
  local set = {}
  for _, name in ipairs(list) do set[name] = true end
  return set
end

test("the vocabulary has what objects have, loaded or not", function()
  local host = harness.load()
  local words = host.prelude.vocabulary
  local conversation, scenario = setOf(words.members.conversation), setOf(words.members.scenario)
  for _, name in ipairs { "send", "expect", "talk", "expectEnd", "close" } do
    same(conversation[name], true)
  end
  for _, name in ipairs { "connect", "spawn", "equal", "seed", "check" } do
    same(scenario[name], true)
  end
  same(conversation.__index, nil)
  same(words.members.listener, { "accept", "close", "expectNoAccept", "serve" })
  same(words.members.check, { "equal", "isTrue", "match", "notEqual", "raises" })
end)

test("the vocabulary has the options that functions take, and where", function()
  local words = harness.load().prelude.vocabulary
  same(words.options.connect,
    {
      position = 2, durations = { "gap", "timeout" },
      types = {
        chunk = "number", codec = "string|table", gap = "number|string", kind = "string",
        name = "string", timeout = "number|string",
      },
    })
  same(words.options.call,
    { position = 3, types = { timeout = "number|string" }, durations = { "timeout" } })
  same(words.options.spawn.types.ready, "table")
  same(setOf(words.codecs).resp, true)
end)
