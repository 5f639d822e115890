-- Values that no report may show.
local test, harness = ...
local same = harness.same

local function withSecrets(...)
  local host = harness.load()
  local secret = host.prelude.scenario.globals.secret
  for _, value in ipairs { ... } do same(secret(value), value) end
  return host
end

test("two that differ read the same, which is said", function()
  local host = withSecrets("one", "two")
  local t = host.prelude.scenario.t
  same(harness.raised(t.equal, t, { key = "one" }, { key = "two" }).message,
    'the values differ at .key: expected "«secret»", got "«secret»"; the secrets differ')
end)

test("a secret goes to the host and is given back", function()
  same(withSecrets("hunter2", "a.b").secrets, { "hunter2", "a.b" })
end)

test("one that is known is not added once more", function()
  same(withSecrets("key", 'a"b', "key", 'a"b').secrets, { "key", 'a"b', 'a\\"b' })
end)

test("its form in JSON is a secret too", function()
  local host = withSecrets('a"b\n', "\xff\n")
  same(host.secrets, { 'a"b\n', 'a\\"b\\n', "\xff\n" })
  same(host.prelude.describe.bytes('{"key":"a\\"b\\n"}'), '"{\\"key\\":\\"«secret»\\"}"')
end)

test("what is described hides it before it escapes and cuts", function()
  local describe = withSecrets("pass\nword", "50%", "tooth-and-nail").prelude.describe
  same(describe.bytes("my pass\nword is 50%"), '"my «secret» is «secret»"')
  same(describe.value { key = "pass\nword" }, '{ key = "«secret»" }')
  same(describe.bytes("tooth-and-nail", 10), '"«secret»"')
end)

test("of a secret in a secret nothing stays", function()
  same(withSecrets("key", "monkey house").prelude.describe.bytes("monkey house key"), '"«secret» «secret»"')
end)

test("JSON and RESP in failures hide it", function()
  local host = withSecrets('quo"te')
  for codec, text in pairs { jsonl = '{"a":"«secret»"}', resp = '1# "a" => "«secret»"' } do
    same(host.prelude.codecs.find(codec).show { a = 'quo"te' }, text)
  end
end)

test("what is no text is refused", function()
  local secret = harness.load().prelude.scenario.globals.secret
  same(harness.raised(secret, "").text, "secret takes a text of at least one byte, not an empty one")
  same(harness.raised(secret).text, "secret takes a text of at least one byte, not a nil")
end)
