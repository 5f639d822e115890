-- The text of a line of a talk block.
local test, harness = ...
local same = harness.same

local function parse(text)
  local host = harness.load()
  local template = host.prelude.template
  return template.parse(text, function(problem) error(problem, 0) end), template
end

local function problem(text) return harness.raised(parse, text) end

test("bytes and captured texts take their places", function()
  local pieces, template = parse("id {{sid}}{{0d 0a}}")
  same(template.text(pieces, { sid = 7 }), "id 7\r\n")
end)

test("a line without holes is expected as it stands", function()
  local pieces, template = parse("a.b {{ff}}")
  same({ template.expectation(pieces, {}, false) }, { "a.b \xff", {} })
end)

test("holes become captures, in the order of their names", function()
  local pieces, template = parse("220 {{host=%S+}} {{any}} {{id}}.")
  local pattern, names = template.expectation(pieces, {}, false)
  same({ pattern.text, names, tostring(pattern) },
    { "^220 (%S+) .- (.-)%.$", { "host", "id" }, '"220 {{host=%S+}} {{any}} {{id}}."' })
end)

test("a name that is known stands for its text", function()
  local pieces, template = parse("bye {{id}}")
  same({ template.expectation(pieces, { id = "a.b" }, false) }, { "bye a.b", {} })
  pieces = parse("{{id}} {{other}}")
  same(template.expectation(pieces, { id = "a.b" }, false).text, "^a%.b (.-)$")
end)

test("in a search the last hole takes what has come", function()
  local pieces, template = parse("id {{id}}")
  same(template.expectation(pieces, {}, true).text, "id (.+)")
  pieces = parse("id {{id}}!")
  same(template.expectation(pieces, {}, true).text, "id (.-)%!")
end)

test("the part that sends chooses a text for what nobody has captured", function()
  local pieces, template = parse("{{any}} {{host}} {{id=%d+}} {{known}}")
  local captures = { known = "k" }
  template.choose(pieces, captures, error)
  same(captures, { host = "host", id = "1", known = "k" })
  same(template.text(pieces, captures), "any host 1 k")
end)

test("what is no hole is refused", function()
  same(problem("{{a b}}"),
    "{{a b}} is neither {{any}}, {{name}}, {{name=LUA PATTERN}} nor bytes as {{0d 0a}}")
  same(problem("{{0d0a}}"),
    "{{0d0a}} is neither {{any}}, {{name}}, {{name=LUA PATTERN}} nor bytes as {{0d 0a}}")
  same(problem("{{id=[a}}"), '"[a" is not a Lua pattern: {{id=[a}}')
  same(problem("{{id=(%d)}}"), "{{id=(%d)}} cannot hold captures of its own")
  same(problem("{{fd=%d}}"), "{{fd=%d}}: {{fd}} is a byte, and no name")
  same(problem("{{any=%d}}"), "{{any=%d}} has a pattern, and {{any}} has none")
  same(#parse("{{id=%(%d[(]}}"), 3)
end)
