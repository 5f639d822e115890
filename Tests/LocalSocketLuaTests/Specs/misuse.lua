-- Misuse raises an error that names the argument and the line of the caller.

local harness = ...
local test, raises = harness.test, harness.raises
local localsocket = harness.localsocket

---A case in which a call raises a message with all of some texts.
local function refuses(what, texts, fn, ...)
  local arguments = table.pack(...)
  test(what, function()
    local raised = raises(texts[1], fn, table.unpack(arguments, 1, arguments.n))
    for _, text in ipairs(texts) do
      assert(raised:find(text, 1, true), ("%q is not in %q"):format(text, raised))
    end
  end)
end

local socket, server = localsocket.Socket(), localsocket.Server()
local file <const> = "misuse.lua:"

refuses("a method without its object", { "localsocket.Socket expected, got no value", file },
  function() socket.state() end)
refuses("a method of another class's object",
  { "localsocket.Socket expected, got localsocket.Server", file },
  function() socket.state(server) end)
refuses("a method of another library's object", { "localsocket.Socket expected, got FILE*", file },
  function() socket.state(io.stdout) end)
refuses("a method of a table", { "localsocket.Server expected, got table", file },
  function() server.close({}) end)
refuses("a name that is a number", { "#1 to 'localsocket.connect'", "string expected, got number" },
  localsocket.connect, 5)
refuses("no name", { "#1 to 'localsocket.listen'", "string expected, got no value" }, localsocket.listen)
refuses("options that are no table", { "#2 to 'localsocket.connect'", "table expected, got string" },
  localsocket.connect, "x", "y")
refuses("an unknown option", { "#2 to 'localsocket.connect'", "unknown option 'timeOut'", "timeout" },
  localsocket.connect, "x", { timeOut = 5 })
refuses("an unknown option of listen", { "#2 to 'localsocket.listen'", "unknown option 'wrong'", "onConnection" },
  localsocket.listen, "x", { wrong = true })
refuses("an option without a name", { "unknown option '1'" }, localsocket.connect, "x", { "y" })
refuses("a wrong type of an option", { "number or duration expected, got table" },
  localsocket.connect, "x", { timeout = {} })
refuses("an onConnection that is no function", { "function expected, got number" },
  localsocket.listen, "x", { onConnection = 5 })
refuses("an unknown mode", { "ReadOnly", "WriteOnly", "ReadWrite" },
  localsocket.connect, "x", { mode = "Both" })
refuses("a kind that does not exist", { "kind" }, localsocket.Socket, "pigeon")
refuses("bytes that are no string", { "#1 to 'write'", "string expected, got nil", file },
  function() socket:write(nil) end)
refuses("a count that is no integer", { "#1 to 'read'", "number has no integer representation" },
  function() socket:read(1.5) end)
refuses("a negative count", { "#1 to 'read'", "negative" }, function() socket:read(-1) end)
refuses("a count that is a string", { "integer expected, got string" },
  function() socket:read("5") end)
refuses("options that are no list", { "a table of options is a list" },
  function() socket:setSocketOptions { AbstractNamespaceOption = true } end)
refuses("descriptors that are no list", { "descriptors: a table of descriptors is a list" },
  function() socket:sendMessage("x", { descriptors = { file = io.stdout } }) end)
refuses("an unknown signal", { "#1 to 'on'", "there is no signal 'ready'", "readyRead", file },
  function() socket:on("ready", print) end)
refuses("an unknown signal of a server", { "there is no signal 'readyRead'", "newConnection" },
  function() server:on("readyRead", print) end)
refuses("a handler that is no function", { "#2 to 'on'", "function expected, got nil" },
  function() socket:on("readyRead", nil) end)
refuses("a task that is no function", { "#1 to 'localsocket.spawn'", "function expected, got string" },
  localsocket.spawn, "print")
refuses("a timer without a function", { "#2 to 'localsocket.after'", "function expected, got no value" },
  localsocket.after, 1)
refuses("a time-out that is negative", { "#1 to 'waitForReadyRead'", "negative" },
  function() socket:waitForReadyRead(-5) end)
refuses("a time-out that is not finite", { "#1 to 'waitForReadyRead'", "finite" },
  function() socket:waitForReadyRead(1 / 0) end)
refuses("a time-out above the most", { "#1 to 'waitForReadyRead'", "a time is at most 1e12 ms" },
  function() socket:waitForReadyRead(2 ^ 53) end)
refuses("a time-out that is a wrong text", { "the duration \"5 parsecs\"" },
  function() socket:waitForReadyRead("5 parsecs") end)

refuses("an option's wrong value by its name", { "#2 to 'localsocket.connect'", "kind: ", "pigeon" },
  localsocket.connect, "x", { kind = "pigeon" })
refuses("a method that pcall calls by the method's own name",
  { "bad argument #2 to 'read' (integer expected, got string)" }, socket.read, socket, "x")
refuses("a wrong object that pcall calls a method with",
  { "bad argument #1 to 'state' (localsocket.Socket expected, got nil)" }, socket.state, nil)
refuses("what a server cannot listen at", { "name, integer or Descriptor expected, got nil" },
  function() server:listen(nil) end)

test("a server that listens refuses what it could not listen at", function()
  local listening = harness.listen()

  raises("#1 to 'listen'", function() listening:listen({}) end)
end)

test("a collected object says that it was", function()
  local dead
  do
    -- Finalisers run in the reverse order of their making.
    local grave = setmetatable({}, { __gc = function(grave) dead = grave[1] end })
    grave[1] = localsocket.Socket()
  end
  harness.collectUntil(function() return dead ~= nil end)

  raises("the localsocket.Socket was collected", function() dead:state() end)
end)

test("the metatables are hidden", function()
  for _, object in ipairs { socket, server, localsocket.after(0, print) } do
    assert(getmetatable(object) == false)
  end
end)

test("objects of ours cannot be given fields", function()
  raises("localsocket.Socket", function() socket.field = 1 end)
end)

test("an unknown method is nil", function()
  assert(socket.notAMethod == nil)
end)
