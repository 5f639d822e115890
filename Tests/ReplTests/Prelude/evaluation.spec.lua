local test, harness = ...
local same = harness.same

---A function that evaluates texts, one after the other.
local function session()
  local evaluation = harness.load().prelude.evaluation
  return function(text)
    local chunk, problem = evaluation.compile(text, "=repl:1")
    if not chunk then return nil, problem end
    return chunk()
  end, evaluation
end

test("an expression has its values", function()
  local run = session()
  same({ run "1 + 1, 'a'" }, { 2, "a" })
end)

test("a local of one line is there in the next", function()
  local run = session()
  run "local x, y = 1, 2"
  same({ run "x, y" }, { 1, 2 })
end)

test("a function keeps the very variable that later lines see", function()
  local run = session()
  run "local count = 0"
  run "local function increment() count = count + 1 end"
  run "increment() increment()"
  same(run "count", 2)
  run "count = 7"
  run "increment()"
  same(run "count", 8)
end)

test("a local function can call itself", function()
  local run = session()
  run "local function factorial(n) return n < 2 and 1 or n * factorial(n - 1) end"
  same(run "factorial(5)", 120)
end)

test("a local hides the one before it, which closures keep", function()
  local run = session()
  run "local x = 1"
  run "local function old() return x end"
  run "local x = x + 1"
  same({ run "old(), x" }, { 1, 2 })
end)

test("a constant of one line is there in the next, and stays one", function()
  local run = session()
  run "local x <const>, y <const> = 1, {}"
  run "local z <const> = 'text'"
  same({ run "x, z, type(y)" }, { 1, "text", "table" })
  for _, name in ipairs { "x", "y", "z" } do
    same({ run(name .. " = 2") },
      { nil, ("repl:1:1: attempt to assign to const variable '%s'"):format(name) })
  end
  same(run "x", 1)
  run "local x = 3"
  run "x = x + 1"
  same(run "x", 4)
end)

test("a constant of a block does not outlive it", function()
  local run = session()
  run "do local inner <const> = 1 end"
  same(run "inner", nil)
end)

test("of what is closed with its line that is said", function()
  local run, evaluation = session()
  local said = {}
  function evaluation.tell(text) said[#said + 1] = text end
  run "local f <close> = setmetatable({}, { __close = function() closed = true end })"
  run "do local g <close> = nil end"
  same({ run "closed", said }, { true, { "f was closed at the end of its line, as <close> says" } })
  run "local f = 5"
  run "f = f + 1"
  same({ run "f", #said }, { 6, 1 })
end)

test("a local of a block does not outlive it", function()
  local run = session()
  run "do local inner = 1 end"
  same(run "inner", nil)
end)

test("a call in parentheses on the next line is no argument of what stands before", function()
  local run = session()
  run "local f = print"
  same(run "f == print", true)
end)

test("a chunk that ends with return has values", function()
  local run = session()
  same(run "local a = 3 return a", 3)
end)

test("a comment has no value", function()
  local run = session()
  same(select("#", run "-- nothing"), 0)
end)

test("the lines of a chunk keep their numbers in errors", function()
  local run = session()
  run "local x = 1"
  local fine, problem = pcall(run, "local y = x\nerror('here')")
  same({ fine, problem }, { false, "repl:1:2: here" })
end)

test("what is no Lua has a sentence", function()
  local run = session()
  same({ run "x = = 1" }, { nil, "repl:1:1: unexpected symbol near '='" })
end)

test("a wrong expression is no wrong statement", function()
  local run = session()
  same({ run "1 + * 2" }, { nil, "repl:1:1: unexpected symbol near '*'" })
end)

test("what lacks its end is incomplete", function()
  local _, evaluation = session()
  for _, text in ipairs { "function f()", "x = {", "f(", "if x then", "[[long", "local x =", "1 +" } do
    same({ text, evaluation.isIncomplete(text) }, { text, true })
  end
end)

test("what is whole or wrong is not incomplete", function()
  local _, evaluation = session()
  for _, text in ipairs { "1", "x = 1", "", "x = = 1", "-- comment", "'open" } do
    same({ text, evaluation.isIncomplete(text) }, { text, false })
  end
end)

test("the locals of a thread's calls become those of the lines, the innermost ones first", function()
  local run, evaluation = session()
  local thread = coroutine.create(function(argument)
    local outer, both = "outer", 1
    local function inner()
      local both = 2
      error(outer .. both)
    end
    inner()
    return argument
  end)
  coroutine.resume(thread, "given")
  evaluation.adopt(thread)
  same({ run "outer, both, argument" }, { "outer", 2, "given" })
end)

test("an expression that fails does so at its line, and may end with a comment or a semicolon", function()
  local run = session()
  same(select(2, pcall(run, "nothing.here")),
    "repl:1:1: attempt to index a nil value (global 'nothing')")
  same({ run "7 -- seven", run "8;" }, { 7, 8 })
end)

test("compiled Lua is no Lua that is typed", function()
  local compile = harness.load().prelude.evaluation.compile
  same(compile(string.dump(function() end), "=repl:1"), nil)
end)
