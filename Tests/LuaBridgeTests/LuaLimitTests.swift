import Glibc
import LuaBridge
import Testing

@Suite("Lua limits")
struct LuaLimitTests {
  private func limited() throws -> Bridge { try Bridge(memoryLimit: 4 << 20) }

  @Test(arguments: [
    "local t = {} while true do t[#t + 1] = {} end",
    "local s = 'x' while true do s = s .. s end",
    "return ('x'):rep(1 << 30)",
    "local t = {} while true do t[#t + 1] = coroutine.create(print) end",
  ])
  func `a script that eats memory is stopped, and the state goes on`(source: String) throws {
    let bridge = try limited()

    let results = try bridge.results(
      "return pcall(load([==[\(source)]==])), collectgarbage() and 'lives'"
    )

    #expect(results.first == "false" && results.last == "lives")
    let message = try bridge.results("return select(2, pcall(load([==[\(source)]==])))")
    #expect(message == ["not enough memory"] || message == ["resulting string too large"])
  }

  // Under the address sanitizer no block is kept for its size.
  @Test(.enabled(if: unsafe dlsym(nil, "__asan_init") == nil))
  func `what is kept for blocks of a size counts, though none of them lives`() throws {
    let results = try limited().results(
      """
      local function fill(size)
        local blocks = {}
        for index = 1, 5000 do blocks[index] = ("x"):rep(size) .. index end
      end
      for size = 40, 440, 16 do
        if not pcall(fill, size) then return "full" end
      end
      """
    )

    #expect(results == ["full"])
  }

  @Test func `a task that runs out of memory fails`() throws {
    let task = try limited().run("local t = {} while true do t[#t + 1] = {} end")

    #expect(task.failure?.message == "not enough memory")
  }

  @Test func `native functions work at the limit`() throws {
    let bridge = try limited()

    let results = try bridge.results(
      """
      local t = {}
      pcall(function() while true do t[#t + 1] = {} end end)
      local x = wait("x")
      note("noted")
      t = nil
      return x
      """
    )

    #expect(results == ["x"])
    #expect(bridge.notes == ["noted"])
  }

  @Test(arguments: [
    ("local function f() return 1 + f() end f()", "stack overflow"),
    (
      "local function f() pcall(f) error('x') end local function g() return g() + 1 end g()",
      "stack overflow"
    ),
    (
      "local t = setmetatable({}, {}) getmetatable(t).__index = function(t, k) return t[k + 1] end return t[1]",
      "C stack overflow"
    ),
    ("local function f() return (string.gsub('x', '.', f)) end f()", "C stack overflow"),
    ("local function f() coroutine.wrap(f)() end f()", "C stack overflow"),
    ("assert(load(('('):rep(1000)))", "C stack overflow"),
  ])
  func `endless recursion is an error that can be caught`(source: String, message: String) throws {
    let results = try Bridge(memoryLimit: 1 << 30).results(
      "local fine, raised = pcall(load([==[\(source)]==])) return fine, raised"
    )

    #expect(results.first == "false")
    #expect(results.last?.contains(message) == true, "\(results)")
  }
}
