-- What `coroutine` promises. Embedded, resume and wrap are ours; the stock interpreter, which runs
-- the same cases, shows that they keep the promises of Lua's own.

local harness = ...
local test, same, raises = harness.test, harness.same, harness.raises

---All results of a call, as a list.
local function results(fn, ...) return table.pack(fn(...)) end

---The position that messages of this file begin with.
local here = "coroutines.lua:"

test("values pass in and out", function()
  local thread = coroutine.create(function(...)
    local again = table.pack(coroutine.yield("first", nil, ...))
    return "last", again.n, table.unpack(again, 1, again.n)
  end)
  same(results(coroutine.resume, thread, 1, nil), { true, "first", nil, 1, nil, n = 5 })
  same(results(coroutine.resume, thread, nil, "b"), { true, "last", 2, nil, "b", n = 5 })
  same(coroutine.status(thread), "dead")
end)

test("a coroutine without results gives true only", function()
  same(results(coroutine.resume, coroutine.create(function() end)), { true, n = 1 })
  same(results(coroutine.wrap(function() end)), { n = 0 })
end)

test("an error in a coroutine is the second result, without a position of its own", function()
  local value = {}
  for _, raised in ipairs { "text", value, 7, false } do
    local thread = coroutine.create(function() error(raised, 0) end)
    same(results(coroutine.resume, thread), { false, raised, n = 2 })
    same(coroutine.status(thread), "dead")
  end
end)

test("a dead coroutine is not resumed", function()
  local thread = coroutine.create(function() end)
  coroutine.resume(thread)
  same(results(coroutine.resume, thread), { false, "cannot resume dead coroutine", n = 2 })
  local failed = coroutine.create(error)
  coroutine.resume(failed)
  same(results(coroutine.resume, failed), { false, "cannot resume dead coroutine", n = 2 })
end)

test("a coroutine does not resume itself, nor the one that runs it", function()
  local thread
  thread = coroutine.create(function()
    same(results(coroutine.resume, thread),
      { false, "cannot resume non-suspended coroutine", n = 2 })
    local inner = coroutine.create(function()
      same(coroutine.status(thread), "normal")
      same(results(coroutine.resume, thread),
        { false, "cannot resume non-suspended coroutine", n = 2 })
    end)
    assert(coroutine.resume(inner))
  end)
  assert(coroutine.resume(thread))
end)

test("wrong arguments are named", function()
  raises("bad argument #1 to 'coroutine.resume' (thread expected, got no value)",
    coroutine.resume)
  raises("bad argument #1 to 'coroutine.resume' (thread expected, got table)",
    coroutine.resume, {})
  raises("bad argument #1 to 'coroutine.wrap' (function expected, got no value)",
    coroutine.wrap)
end)

test("wrap raises the coroutine's error with the position of the call", function()
  local raised = raises("text", coroutine.wrap(function() error("text", 0) end))
  same(raised, "text")
  local wrapped = coroutine.wrap(function() error("text", 0) end)
  raised = raises("text", function() wrapped() end)
  assert(raised:find(here .. "%d+: text$"), raised)
end)

test("wrap raises values that are no texts as they are", function()
  local value = {}
  local fine, raised = pcall(coroutine.wrap(function() error(value) end))
  same({ fine, rawequal(raised, value) }, { false, true })
end)

test("wrap of a dead coroutine raises", function()
  local wrapped = coroutine.wrap(function() end)
  wrapped()
  raises("cannot resume dead coroutine", wrapped)
  local raised = raises("cannot resume dead coroutine", function() wrapped() end)
  assert(raised:find("^.-" .. here .. "%d+: cannot"), raised)
end)

test("wrap closes what a failed coroutine has open, and the close may replace the error", function()
  local order = {}
  local wrapped = coroutine.wrap(function()
    local _ <close> = setmetatable({}, { __close = function(_, raised)
      order[#order + 1] = raised
    end })
    coroutine.yield(1)
    error("out", 0)
  end)
  same(wrapped(), 1)
  same(raises("out", wrapped), "out")
  same(order, { "out" })

  local replaced = coroutine.wrap(function()
    local _ <close> = setmetatable({}, { __close = function() error("from close", 0) end })
    error("out", 0)
  end)
  same(raises("from close", replaced), "from close")
end)

test("wrap is a generator", function()
  local got = {}
  for key, value in coroutine.wrap(function()
    for index = 1, 3 do coroutine.yield(index, index * 10) end
  end) do
    got[key] = value
  end
  same(got, { 10, 20, 30 })
end)

test("yields pass through pcall, metamethods and iterators", function()
  local object = setmetatable({}, { __index = function(_, key) return coroutine.yield(key) end })
  local thread = coroutine.wrap(function()
    local fine, value = pcall(function() return object.field end)
    for item in function() return coroutine.yield("next") end do value = value .. item end
    return fine, value
  end)
  same({ thread(), thread("a"), thread("b"), thread() }, { "field", "next", "next", true, "ab" })
end)

test("a yield outside a coroutine's reach raises", function()
  local thread = coroutine.create(function()
    return pcall(table.sort, { 2, 1 }, function() coroutine.yield() end)
  end)
  same(results(coroutine.resume, thread),
    { true, false, "attempt to yield across a C-call boundary", n = 3 })
end)

test("close ends a suspended coroutine", function()
  local closed
  local thread = coroutine.create(function()
    local _ <close> = setmetatable({}, { __close = function() closed = true end })
    coroutine.yield()
  end)
  coroutine.resume(thread)
  same(results(coroutine.close, thread), { true, n = 1 })
  same({ closed, coroutine.status(thread) }, { true, "dead" })
  same(results(coroutine.resume, thread), { false, "cannot resume dead coroutine", n = 2 })
end)

test("running and isyieldable tell where one is", function()
  local outer = coroutine.running()
  local inside, isMain, yieldable
  local thread = coroutine.create(function()
    inside, isMain = coroutine.running()
    yieldable = coroutine.isyieldable()
  end)
  coroutine.resume(thread)
  same({ inside == thread, inside ~= outer, isMain, yieldable }, { true, true, false, true })
end)

test("many values pass through resume and yield", function()
  local thread = coroutine.create(function(...) return select("#", coroutine.yield(...)) end)
  same(select("#", coroutine.resume(thread, table.unpack({}, 1, 5000))), 5001)
  same(results(coroutine.resume, thread, table.unpack({}, 1, 5000)), { true, 5000, n = 2 })
end)

test("coroutines nest to a limit, and the error is one that can be caught", function()
  local deepest = 0
  local function nest(depth)
    deepest = depth
    local fine, raised = coroutine.resume(coroutine.create(nest), depth + 1)
    if not fine then error(raised, 0) end
  end
  raises("C stack overflow", nest, 1)
  assert(deepest > 100, deepest)
end)

test("an error with a traceback is taken from a failed coroutine", function()
  local thread = coroutine.create(function()
    local function innermost() error("deep") end
    innermost()
  end)
  coroutine.resume(thread)
  local text = debug.traceback(thread)
  assert(text:find("innermost", 1, true), text)
end)
