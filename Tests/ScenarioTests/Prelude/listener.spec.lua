-- Listeners: accepting and serving.
local test, harness = ...
local same = harness.same

local function listener(sockets)
  local host = harness.load()
  local server = { sockets = sockets(host) }
  function server:accept(timeout)
    local socket = table.remove(self.sockets, 1)
    if socket then return socket end
    if timeout < 0 then return nil, "the server is closed", "OperationError" end
    return nil, "the wait timed out", "SocketTimeoutError"
  end
  function server:close() self.closed = true end
  host.localsocket.listen = function(path)
    server.path = path
    return server
  end
  return host.prelude.scenario.t:listen("api", { codec = "line" }), host, server
end

local function none() return {} end

test("a listener is where its bare name says", function()
  local l, _, server = listener(none)
  same({ l.name, l.path, server.path }, { "api", "/private/api", "/private/api" })
end)

test("accepted conversations have the listener's codec and names of their own", function()
  local l, host = listener(function(host)
    return { harness.socket(host, { "hi\n" }), harness.socket(host, {}) }
  end)
  local first, second = l:accept(), l:accept()
  same({ first.name, second.name }, { "api.1", "api.2" })
  same(first:expect("hi"), "hi")
  same(host.events[2], { kind = "accepted", lane = "api.1", name = "api" })
end)

test("nobody who connects is a time-out", function()
  local l = listener(none)
  same(harness.raised(l.accept, l, { timeout = "2s" }), {
    kind = "timeout", lane = "api", subject = "a connection to «api»",
    message = "waited 2 s for a connection to «api»; nobody connected",
  })
end)

test("what serve accepts cannot be accepted besides", function()
  local l = listener(none)
  l:serve(print)
  same(harness.raised(l.accept, l).text,
    "serve, or a process with the socket, accepts on «api»: nothing is left to accept")
end)

test("serve runs an actor a connection and closes it", function()
  local l, host = listener(function(host)
    return { harness.socket(host, { "a\n" }), harness.socket(host, { "b\n" }) }
  end)
  local seen = {}
  l:serve(function(c) seen[#seen + 1] = c:receive() end)
  same(seen, { "a", "b" })
  same(host.actors, { "api.1", "api.2" })
  same(host.events[#host.events], { kind = "closed", lane = "api.2" })
  same(harness.raised(l.serve, l, 1).text, "serve takes a function, not a number")
end)

test("a listener closes once", function()
  local l, host, server = listener(none)
  l:close()
  l:close()
  same(server.closed, true)
  same(#host.events, 2)
end)

test("nobody connects for so long, or somebody does", function()
  local l, host = listener(none)
  same(l:expectNoAccept("200ms"), l)
  same(host.assertions, 1)
  l = listener(function(host) return { harness.socket(host, {}) } end)
  same(harness.raised(l.expectNoAccept, l, "200ms"), {
    kind = "mismatch", lane = "api",
    message = "expected nobody to connect to «api» for 200 ms, but a connection came",
  })
  same(harness.raised(l.expectNoAccept, l, -1).text, "duration cannot be -1: it has to end")
end)

test("a connection that comes late is told", function()
  local l, host, server = listener(none)
  local accept = server.accept
  function server:accept(timeout)
    if host.held then
      host.clock = host.clock + 120
      return harness.socket(host, {})
    end
    return accept(self, timeout)
  end
  same(harness.died(l.accept, l, { timeout = "1s" }).message,
    "waited 1 s for a connection to «api»; it came 0.120s late")
end)
