-- What is made of the target's declaration.
local test, harness = ...
local same = harness.same

test("a path with any sign stands for {socket}", function()
  same(harness.load().prelude.servers.withPath("unix:{socket},{socket}", "/a%1b%"),
    "unix:/a%1b%,/a%1b%")
end)

test("a target may notify that it is ready, each on a socket of its own", function()
  local host = harness.load()
  local process = { pid = 1, native = {}, hasNotified = function() return true end }
  local asked = {}
  rawset(host.prelude, "process", { spawn = function(command, address, isAwaited)
    asked[#asked + 1] = { command.ready.notifies, address("target.notify"), isAwaited }
    return process
  end })
  host.prelude.fuzzing.target {
    command = { "daemon" }, pool = 1, ready = host.prelude.ready.globals.notify(),
  }
  host.prelude.servers.open { directory = "/d" }
  same(asked, { { true, "/d/1.target.notify", true }, { true, "/d/2.target.notify", true } })
end)
