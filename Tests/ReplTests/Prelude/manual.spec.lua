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

test("what nobody knows is not found", function() same(manual().find "nosuch", nil) end)

test("the methods of a class are listed by its name", function()
  local names = {}
  for _, name in ipairs(manual().members "conversation") do names[name] = true end
  same({ names.expect, names.send, names.quiet, names.listen }, { true, true, true, nil })
end)
