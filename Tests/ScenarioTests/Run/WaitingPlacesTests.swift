import Testing

@testable import Scenario

/// The prelude's waits, in every place from which a script can call them.
@Suite("Places of waits")
struct WaitingPlacesTests {
  /// Each gives a function that waits, and what it must give.
  private static let waits = [
    ("receive", "later(b.send, b, 'hi') return function() return a:receive() end, 'hi'"),
    ("expect", "later(b.send, b, 'hi') return function() return a:expect 'hi' end, 'hi'"),
    ("expectEnd", "later(b.close, b) return function() a:expectEnd() return 'end' end, 'end'"),
    (
      "accept",
      """
      local listener = t:listen(newName())
      later(function() t:connect(listener.path) end)
      return function() return listener:accept().name end, listener.name .. ".1"
      """
    ),
    (
      "connect",
      """
      local listener = t:listen(newName())
      later(listener.accept, listener)
      return function() return type(t:connect(listener.path)) end, 'table'
      """
    ),
  ]

  /// Each calls `body` once.
  private static let places = [
    ("a task", "t:task('waiter', body):join()"),
    ("pcall", "assert(pcall(body))"),
    ("a metamethod", "local _ = setmetatable({}, { __index = function() body() end }).field"),
    ("an iterator", "for _ in function() if not called then body() return true end end do end"),
    (
      "a comparator",
      """
      table.sort({ 2, 1 }, function(left, right)
        if not called then body() end
        return left < right
      end)
      """
    ),
    ("gsub", "string.gsub('x', '.', function() body() end)"),
    ("a coroutine", "coroutine.wrap(body)()"),
    ("__close", "do local _ <close> = setmetatable({}, { __close = function() body() end }) end"),
  ]

  @Test(arguments: waits, places)
  func `a wait of the prelude lets the others go on wherever it is called`(
    wait: (name: String, source: String),
    place: (name: String, source: String)
  ) {
    let outcome = ScriptRun.outcome(
      """
      --# allow: unread, unaccepted
      local a, b = t:pair { codec = "line" }
      local names = 0
      local function newName()
        names = names + 1
        return "s" .. names
      end
      local function later(fn, ...)
        local arguments = table.pack(...)
        t:task("other", function()
          localsocket.sleep(0)
          fn(table.unpack(arguments, 1, arguments.n))
        end)
      end
      local function prepare() \(wait.source) end
      local wait, expected = prepare()
      local called = false
      local function body()
        called = true
        t:equal(wait(), expected)
      end
      \(place.source)
      t:isTrue(called)
      """
    )

    #expect(outcome == .passed)
  }
}
