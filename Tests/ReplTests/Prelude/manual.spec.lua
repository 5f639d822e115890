local test, harness = ...
local same = harness.same

local function manual()
  local host = harness.load()
  function host.source(name)
    if name ~= "localsocket" then return harness.sourceOf(name) end
    return "---@param name string\nfunction localsocket.connect(name) end\n"
  end
  return host.prelude.manual
end

test("a method is found by its name, with what the source says of it", function()
  local text = manual().find "expectEnd"
  same(text:match("^Conversation:expectEnd") ~= nil, true)
end)

test("a function of the module is found by its whole name", function()
  same(manual().find "localsocket.connect",
    "localsocket.connect(name)\n    name string")
end)

test("a method of t is found by what scripts call it", function()
  _G.t = setmetatable({}, { __name = "scenario" })
  local found = manual()
  same(found.find("t.connect"):match("^[^\n]*"), "t:connect(name, opts)")
  same(found.find("t:equal"):match("^[^\n]*"), "t:equal(...)")
  _G.t = nil
end)

test("of an object the methods are listed", function()
  _G.p = setmetatable({}, { __name = "process" })
  local text = manual().find "p"
  same({ text:find("Process:stop(opts)", 1, true) ~= nil, text:find("send", 1, true) },
    { true, nil })
  _G.p = nil
end)

test("each method that a script can call is known", function()
  local host = harness.load()
  function host.source(name) return name ~= "localsocket" and harness.sourceOf(name) or nil end
  local prelude = host.prelude
  local internal = { handOver = true, searchLog = true, hasNotified = true }
  for _, chunk in ipairs { "scenario", "conversation", "listener", "process" } do
    local known = {}
    for _, name in ipairs(prelude.manual.members(chunk)) do known[name] = true end
    for _, name in ipairs(prelude.class.members(prelude[chunk].class)) do
      if not internal[name] then same({ name, known[name] }, { name, true }) end
    end
  end
end)

test("what nobody knows is not found", function() same(manual().find "nosuch", nil) end)

test("the methods of a class are listed by its name", function()
  local names = {}
  for _, name in ipairs(manual().members "conversation") do names[name] = true end
  same({ names.expect, names.send, names.quiet, names.listen }, { true, true, true, nil })
end)
