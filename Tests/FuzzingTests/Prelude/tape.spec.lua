-- Tapes: choices that can be played again.
local test, harness = ...
local same = harness.same

local function new()
  local host = harness.load()
  return host.prelude.tape, host.prelude.shapes, host
end

test("the same seed gives the same tape", function()
  local tapes, shapes = new()
  local function draw(seed)
    local tape = tapes.fresh(seed)
    for _ = 1, 50 do tape:choose(shapes.int(-1000, 1000)) end
    return tape.values
  end
  same(draw(9), draw(9))
  assert(draw(9)[1] ~= draw(10)[1] or draw(9)[2] ~= draw(10)[2])
end)

test("a tape that is played gives its values", function()
  local tapes, shapes = new()
  local tape = tapes.replay { 5, true, "ab" }
  same({ tape:choose(shapes.int(0, 9)), tape:choose(shapes.bool()),
    tape:choose { kind = "bytes", min = 0, max = 9 } }, { 5, true, "ab" })
  same(tape.misaligned, false)
end)

test("a value that does not fit becomes the simplest, and the first one is remembered", function()
  local tapes, shapes = new()
  local tape = tapes.replay { 5, "x", 77 }
  same({ tape:choose(shapes.int(0, 9)), tape:choose(shapes.int(3, 9)), tape:choose(shapes.int(0, 9)) },
    { 5, 3, 0 })
  same(tape.misaligned, 2)
  same(tape.values, { 5, 3, 0 })
end)

test("bytes that are too long keep what fits", function()
  local tapes = new()
  local tape = tapes.replay { "abcdef" }
  same(tape:choose { kind = "bytes", min = 0, max = 4 }, "abcd")
end)

test("behind its end come simplest values, or fresh ones", function()
  local tapes, shapes = new()
  local shape = shapes.int(-5, 5, 2)
  same(tapes.replay({}):choose(shape), 2)
  same(tapes.replay({}, "random", 3):choose(shape), tapes.fresh(3):choose(shape))
end)

test("a generator that draws for ever is stopped", function()
  local tapes, shapes = new()
  local tape = tapes.fresh(1)
  tape.limit = 100
  local raised = harness.raised(function() while true do tape:choose(shapes.bool()) end end)
  same(raised, tapes.ENDLESS)
end)

test("spans hold the choices made in them, also when an error has left them", function()
  local tapes, shapes = new()
  local tape = tapes.simplest()
  local outer = tape:open("outer")
  tape:choose(shapes.bool())
  tape:open("inner")
  tape:choose(shapes.bool())
  tape:close(outer)
  local last = tape:open("last")
  tape:finish()
  same({ tape.first, tape.last, tape.parents }, { { 1, 2, 3 }, { 2, 2, 2 }, { 0, 1, 0 } })
  same(last, 3)
end)

test("a tape is written and read", function()
  local tapes = new()
  local values = { true, false, 0, 255, 256, -1, math.mininteger, 1.5, "", "a\0b", ("x"):rep(300) }
  same(tapes.decode(tapes.encode(values)), values)
end)

test("bytes that are no tape are none", function()
  local tapes = new()
  same(tapes.decode("nonsense"), nil)
  same(tapes.decode("PT1\n\9"), nil)
  same(tapes.decode("PT1\n\5\255\255\255\255"), nil)
end)
