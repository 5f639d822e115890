-- What the variables held that a failing line names.
local test, harness = ...
local same = harness.same

---The values on the line where a script dies; the script is one function of `x`.
local function valuesOf(source, x, hasSecrets)
  local host = harness.load()
  local thread = coroutine.create(assert(load(source, "@script.lua")))
  assert(not coroutine.resume(thread, x))
  return host.prelude.failure.valuesAt(thread, source, hasSecrets or false)
end

test("locals are shown in the order in which the line names them", function()
  same(valuesOf('local a, b, c = 1, "two", 3\nerror(b .. a)'), { 'b = "two"', "a = 1" })
end)

test("upvalues, nil and shadowed names hold what the line sees", function()
  same(valuesOf([[
    local outer, inner = 1, 2
    local nothing
    local function fail()
      local inner = 3
      error(outer + inner + (nothing or 0))
    end
    fail()]]), { "outer = 1", "inner = 3", "nothing = nil" })
end)

test("fields, methods, texts and comments name no variable", function()
  same(valuesOf([[
    local a, b, c, d, e = {}, 2, 3, 4, 5
    a.b, a.c = 1, function() end
    error(a:c(a.b, "d") or tostring(a)) -- e
  ]]), { "a = { b = 1, c = the function at script.lua:2 }" })
end)

test("functions and objects say no more than their names", function()
  same(valuesOf("local f, o = print, setmetatable({}, {})\nerror(f, o)"), {})
end)

test("a statement goes on until its brackets are closed", function()
  same(valuesOf("local a, b, c = 1, 2, 3\nerror(a + (\n  b\n), 0)\nprint(c)"), { "a = 1", "b = 2" })
end)

test("a long text ends it", function()
  same(valuesOf("local a, b = 1, 2\nerror(a, [[\nb\n]])"), { "a = 1" })
end)

test("long values are cut, and no more than eight are shown", function()
  same(valuesOf("local a = ...\nerror(a)", ("x"):rep(500)),
    { ('a = "%s…" (500 bytes)'):format(("x"):rep(120)) })
  local many = "local a, b, c, d, e, f, g, h, i = 1, 2, 3, 4, 5, 6, 7, 8, 9\n"
  same(#valuesOf(many .. "error(a + b + c + d + e + f + g + h + i)"), 8)
end)

test("secrets stay hidden", function()
  local host = harness.load()
  host.prelude.secrets.add("hunter2")
  local source = 'local password = "my hunter2"\nerror(password)'
  local thread = coroutine.create(assert(load(source, "@script.lua")))
  coroutine.resume(thread)
  same(host.prelude.failure.valuesAt(thread, source), { 'password = "my «secret»"' })
end)

test("the line is that of the script, not of what it calls in the prelude", function()
  local host = harness.load()
  local raise = assert(load("local fine = 1\nerror(fine)", "=[parley]/some"))
  local source = "local n = 7\nraise(n)"
  local thread = coroutine.create(assert(load(source, "@script.lua", "t", { raise = raise })))
  coroutine.resume(thread)
  same(host.prelude.failure.valuesAt(thread, source), { "n = 7" })
end)

test("where a variable may hold a secret no text and no long number is shown", function()
  local source = 'local a, b, c, d, e = "x", { "y" }, 4711, 42\nerror(a .. b .. c .. d .. e)'
  same(valuesOf(source, nil, true), { "a = …", "b = …", "c = …", "d = 42", "e = nil" })
end)
