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
    { position = 2, names = { "chunk", "codec", "gap", "kind", "name", "timeout" } })
  same(words.options.call, { position = 3, names = { "timeout" } })
  same(setOf(words.options.spawn.names).ready, true)
  same(setOf(words.codecs).resp, true)
end)
