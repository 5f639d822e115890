-- Values as source.
local test, harness = ...
local same = harness.same

local function new() return harness.load().prelude.literals end

local function read(text) return assert(load("return " .. text))() end

test("bytes come back from their source", function()
  local literals = new()
  for _, bytes in ipairs { "", "plain", 'a"b\\c', "\0\1\n\r\t\xff", ("x"):rep(40), "ab" .. ("\0"):rep(20) .. "c",
    "1\n2", "\x80" .. "1" } do
    same(read(literals.bytes(bytes)), bytes)
  end
end)

test("a long run of one byte is short", function()
  same(new().bytes("NAME " .. ("a"):rep(33) .. "\n"), '"NAME " .. ("a"):rep(33) .. "\\n"')
end)

test("tables and numbers come back, functions do not", function()
  local literals = new()
  local value = { 1, "two", { x = 1.5, ["a b"] = false }, y = math.mininteger }
  same(read(literals.of(value)), value)
  same(literals.of(print), nil)
  same(literals.of { print }, nil)
end)
