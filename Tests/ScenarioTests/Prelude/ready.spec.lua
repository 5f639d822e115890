-- What tells that a process is ready.
local test, harness = ...
local same = harness.same

---Whether a socket counts as ready, and how often it was connected to.
local function look(isThere, isListening)
  local host = harness.load()
  local tries = 0
  function host.exists() return isThere end
  function host.isListening() return isListening end
  function host.localsocket.connect()
    tries = tries + 1
    return { abort = function() end }
  end
  local readiness = host.prelude.ready.globals.connectable("/s")
  return { readiness:holds(), tries }
end

test("the kernel's list answers without a connection", function()
  same(look(true, true), { true, 0 })
  same(look(true, false), { false, 0 })
end)

test("a socket that the list has under another name is tried", function()
  same(look(true, nil), { true, 1 })
end)

test("a socket that came while the list was read is not tried", function()
  same(look(false, nil), { false, 0 })
end)
