-- Messages that a codec parses from texts with holes.
local test, harness = ...
local same = harness.same

---A codec's parse for the test: Lua's own notation of tables.
local function parseLua(text) return assert(load("return " .. text))() end

local function parsed(text)
  local host = harness.load()
  local pieces = host.prelude.template.parse(text, error)
  return host.prelude.marking.parse(pieces, parseLua), pieces, host.prelude
end

local function matches(text, value, captures)
  local message, pieces, prelude = parsed(text)
  return prelude.matching.matches(prelude.marking.pattern(message, pieces, captures), value)
end

test("a hole is filled with the value that was captured, or with its text inside of a text", function()
  local message, pieces, prelude = parsed '{ id = {{id}}, text = "id={{id}}, {{any}}" }'
  same(prelude.marking.message(message, pieces, { id = 7 }), { id = 7, text = "id=7, any" })
end)

test("a hole matches any value, and captures it as it is", function()
  local captures = {}
  same(matches('{ id = {{id}}, n = {{any}} }', { id = 7, n = { 1 }, more = true }, captures), true)
  same(captures, { id = 7 })
  same(matches('{ id = {{id}} }', { id = 8 }, captures), false)
  same(matches('{ gone = {{any}} }', {}, captures), false)
end)

test("a hole with a pattern matches texts and numbers", function()
  local captures = {}
  same(matches('{ id = {{id=%d+}} }', { id = 42 }, captures), true)
  same(captures, { id = 42 })
  same(matches('{ id = {{n=%d+}} }', { id = "x" }, {}), false)
  same(matches('{ id = {{n=%d+}} }', { id = { 1 } }, {}), false)
end)

test("a hole inside of a text captures a part of it", function()
  local captures = {}
  same(matches('{ text = "user={{user}};" }', { text = "user=ann;" }, captures), true)
  same(captures, { user = "ann" })
  same(matches('{ text = "user={{name}};" }', { text = "ann" }, {}), false)
  same(matches('{ text = "user={{name}};" }', { text = 5 }, {}), false)
end)

test("an empty table stands for an empty one", function()
  same(matches('{ result = {} }', { result = {}, id = 1 }, {}), true)
  same(matches('{ result = {} }', { result = { 1 } }, {}), false)
end)

test("a pattern shows the hole as it was written", function()
  local message, pieces, prelude = parsed '{ id = {{id}}, text = "a {{b}}" }'
  same(prelude.describe.value(prelude.marking.pattern(message, pieces, {})),
    '{ id = {{id}}, text = "a {{b}}" }')
end)

test("a hole may be a part of a word where words need no quotes", function()
  local host = harness.load()
  local pieces = host.prelude.template.parse("GET user:{{id}}:name", error)
  local words = host.prelude.marking.parse(pieces, function(text)
    local list = {}
    for word in text:gmatch("%S+") do list[#list + 1] = word end
    return list
  end)
  same(host.prelude.marking.message(words, pieces, { id = 7 }), { "GET", "user:7:name" })
end)
