-- What is made of the target's declaration.
local test, harness = ...
local same = harness.same

test("a path with any sign stands for {socket}", function()
  same(harness.load().prelude.servers.withPath("unix:{socket},{socket}", "/a%1b%"),
    "unix:/a%1b%,/a%1b%")
end)
