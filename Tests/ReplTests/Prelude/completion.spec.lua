local test, harness = ...
local same = harness.same

local function complete(text, names)
  local host = harness.load()
  function host.source(name) return name ~= "localsocket" and harness.sourceOf(name) or nil end
  function host.columns() return 20 end
  function host.names(directory) return names and names[directory] or {} end
  return host.prelude.completion.complete(text)
end

test("a global is completed", function() same(complete("x = pri").inserted, "nt") end)

test("a field is completed", function() same(complete("string.gsu").inserted, "b") end)

test("several choices are shown when nothing more is common to them", function()
  same(complete("string.g"), { inserted = "", choices = "gmatch  gsub" })
end)

test("a method is completed through __index", function()
  _G.object = setmetatable({}, { __index = { methodOfThis = print } })
  same(complete("object:meth").inserted, "odOfThis")
  _G.object = nil
end)

test("a command is completed", function() same(complete(":reco").inserted, "nnect") end)

test("of a command what it takes is completed", function()
  same(complete(":codec u32l").inserted, "e")
  same(complete(":trace of").inserted, "f")
  same(complete(":set dep").inserted, "th")
  same(complete(":h string.gsu").inserted, "b")
  same(complete(":time string.gsu").inserted, "b")
end)

test("behind a colon stand of the language's objects the methods that scripts call", function()
  _G.object = setmetatable({ name = "x", notify = print }, { __name = "process" })
  same(complete("object:n").inserted, "otified")
  _G.object = nil
end)

test("choices stand in columns that the screen has room for", function()
  _G.object = { aa = 1, ab = 1, ac = 1, ad = 1, b = 1, ccccccc = 1 }
  same(complete("object.").choices, "aa       ad\nab       b\nac       ccccccc")
  _G.object = nil
end)

test("a file is completed in a string and behind a command", function()
  local names = { ["/run/"] = { "redis/", "user/" }, ["./"] = { "a.lua" } }
  same(complete('t:connect("/run/red', names).inserted, "is/")
  same(complete(":load a", names).inserted, ".lua")
end)

test("completing runs no code of a script's", function()
  _G.trap = setmetatable({}, { __index = function() error("called") end })
  same(complete("trap.field.x"), { inserted = "", choices = "" })
  _G.trap = nil
end)

test("an abstract name that nobody has bound is not completed", function()
  same(complete('t:connect("@nobody-has-this'), { inserted = "", choices = "" })
end)

test("a file's name is escaped in a string, and left out behind a command where it cannot be", function()
  local names = { ["./"] = { 'a"..os.exit()', "b\27\n" } }
  same(complete('"a', names).inserted, '\\"..os.exit()')
  same(complete('"b', names).inserted, "\\x1b\\x0a")
  same(complete(":load b", names).inserted, "")
end)
