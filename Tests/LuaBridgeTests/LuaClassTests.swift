import LuaBridge
import Testing

@Suite("Lua classes")
struct LuaClassTests {
  private final class Dog {
    var name: String
    init(_ name: String) { self.name = name }
  }

  private final class Cat {}

  /// Defines `dog(name)` and `cat()`, and notes what is closed.
  private func bridge() throws -> Bridge {
    let bridge = try Bridge()
    let journal = bridge.journal
    bridge.runtime.register(
      LuaClass<Dog>(
        "pets.Dog",
        methods: [
          LuaClass<Dog>.method("name") { dog, call throws(LuaError) in call.returning(dog.name) },
          LuaClass<Dog>.method("same") { dog, call throws(LuaError) in
            call.runtime.push(dog, on: call.thread)
            return .results(1)
          },
        ],
        close: { dog, failed in
          journal.notes.append("\(dog.name) \(failed ? "failed" : "closed")")
        },
        describe: { "the dog \($0.name)" }
      )
    )
    bridge.runtime.register(
      LuaClass<Cat>("pets.Cat", methods: [], close: { _, _ in }, describe: { _ in "a cat" })
    )
    bridge.define("dog") { call throws(LuaError) in
      call.runtime.push(Dog(try call.text(1)), on: call.thread)
      return .results(1)
    }
    bridge.define("cat") { call throws(LuaError) in
      call.runtime.push(Cat(), on: call.thread)
      return .results(1)
    }
    return bridge
  }

  /// Pushes an object as a global that scripts can drop.
  private func give(_ dog: Dog, to bridge: Bridge) {
    bridge.runtime.pushGlobals()
    bridge.runtime.push(dog, on: bridge.main)
    bridge.main.rawSet("rex", in: -2)
    bridge.main.pop()
  }

  @Test func `methods get their object`() throws {
    #expect(
      try bridge().results("return dog('Rex'):name(), tostring(dog('Ada'))") == [
        "Rex", "the dog Ada",
      ]
    )
  }

  @Test(arguments: [
    ("dog('Rex').name()", "no value"), ("dog('Rex').name(cat())", "pets.Cat"),
    ("dog('Rex').name({})", "table"), ("dog('Rex').name(io.stdout)", "FILE*"),
    ("dog('Rex').name('Rex')", "string"), ("dog('Rex').name(nil)", "nil"),
  ])
  func `a method refuses what is not its object`(source: String, got: String) throws {
    let results = try bridge().results("return select(2, pcall(function() \(source) end))")

    #expect(results == ["script:1: bad argument #1 to 'name' (pets.Dog expected, got \(got))"])
  }

  @Test func `a method refuses a light userdata and memory of another size`() throws {
    let results = try bridge().results(
      "return select(2, pcall(dog('Rex').name, io.stderr)):match('got .*')"
    )

    #expect(results == ["got FILE*)"])
  }

  @Test func `one object has one userdata`() throws {
    #expect(
      try bridge().results(
        "local rex = dog('Rex') local t = { [rex] = 1 } return rex == rex:same(), t[rex:same()]"
      ) == ["true", "1"]
    )
  }

  @Test func `the metatable is hidden`() throws {
    #expect(
      try bridge().results("return getmetatable(dog('Rex')), pcall(setmetatable, dog('Rex'), {})")
        .prefix(2) == ["false", "false"]
    )
  }

  @Test func `a collected object is released at the next native call, not before`() throws {
    let bridge = try bridge()
    weak var trace: Dog?
    do {
      let dog = Dog("Rex")
      trace = dog
      give(dog, to: bridge)
    }
    bridge.define("isThere") { call throws(LuaError) in call.returning(trace != nil) }

    _ = try bridge.call("rex = nil collectgarbage() collectgarbage()")

    #expect(trace != nil)
    #expect(try bridge.results("return isThere()") == ["false"])
  }

  @Test func `a closed state releases its objects`() throws {
    weak var trace: Dog?
    let bridge = try bridge()
    do {
      let dog = Dog("Rex")
      trace = dog
      give(dog, to: bridge)
    }

    bridge.runtime.close()

    #expect(trace == nil)
  }

  @Test func `a closed state has run every finaliser, the oldest value's last`() throws {
    var bridge: Bridge? = try bridge()
    let journal = try #require(bridge?.journal)
    _ = try bridge?.run(
      """
      kept = { text = ("x"):rep(100000) }
      for index = 1, 3 do
        kept[index] = setmetatable({}, { __gc = function()
          for size = 1, 100 do kept[index] = ("y"):rep(size * 20) end
          note(index)
        end })
      end
      """
    )
    bridge = nil
    #expect(journal.notes == ["3", "2", "1"])
  }

  @Test func `an object that Lua has collected gets a new userdata`() throws {
    let bridge = try bridge()
    let dog = Dog("Rex")
    give(dog, to: bridge)
    _ = try bridge.call("rex = nil collectgarbage() collectgarbage()")

    #expect(!bridge.runtime.pushExisting(dog, on: bridge.main))
    give(dog, to: bridge)

    #expect(try bridge.results("return rex:name()") == ["Rex"])
  }

  @Test func `a held object keeps its userdata until it is let go`() throws {
    let bridge = try bridge()
    let dog = Dog("Rex")
    give(dog, to: bridge)
    bridge.runtime.hold(dog)

    _ = try bridge.call("rex = nil collectgarbage() collectgarbage()")
    #expect(bridge.runtime.pushExisting(dog, on: bridge.main))
    bridge.main.pop()
    bridge.runtime.letGo(of: dog)
    _ = try bridge.call("collectgarbage() collectgarbage()")

    #expect(!bridge.runtime.pushExisting(dog, on: bridge.main))
  }

  @Test func `an object's values live and die with its userdata`() throws {
    let bridge = try bridge()
    let dog = Dog("Rex")
    give(dog, to: bridge)
    try #require(bridge.runtime.pushValues(of: dog, on: bridge.main))
    bridge.runtime.pushGlobals()
    bridge.main.rawGet("rex", from: -1)
    bridge.main.rawSet("itself", in: -3)
    bridge.main.pop(2)

    _ = try bridge.call("collectgarbage() collectgarbage()")
    try #require(bridge.runtime.pushValues(of: dog, on: bridge.main))
    bridge.main.rawGet("itself", from: -1)
    #expect(LuaRuntime.object(at: -1, of: bridge.main, as: Dog.self) === dog)
    bridge.main.pop(2)
    _ = try bridge.call("rex = nil collectgarbage() collectgarbage()")

    #expect(!bridge.runtime.pushValues(of: dog, on: bridge.main))
  }

  @Test func `the end of a scope closes an object, and says whether it failed`() throws {
    let bridge = try bridge()

    _ = try bridge.call(
      """
      do local _ <close> = dog('Rex') end
      pcall(function() local _ <close> = dog('Ada') error('out') end)
      """
    )

    #expect(bridge.notes == ["Rex closed", "Ada failed"])
  }

  @Test func `pushing objects leaves the stack balanced`() throws {
    let bridge = try bridge()
    let dog = Dog("Rex")
    let before = bridge.main.top

    give(dog, to: bridge)
    bridge.runtime.hold(dog)
    bridge.runtime.letGo(of: dog)
    #expect(bridge.main.top == before)
    _ = bridge.runtime.pushValues(of: dog, on: bridge.main)
    _ = bridge.runtime.pushExisting(dog, on: bridge.main)

    #expect(bridge.main.top == before + 2)
    bridge.main.pop(2)
  }

  @Test func `a class of which nothing was pushed goes with the state`() throws {
    let runtime = try #require(LuaRuntime(memoryLimit: 1 << 20))
    weak var remembered: Dog?
    do {
      let dog = Dog("Rex")
      remembered = dog
      runtime.register(
        LuaClass<Cat>("pets.Cat", methods: [], close: { _, _ in }, describe: { _ in dog.name })
      )
    }
    #expect(remembered != nil)

    runtime.close()

    #expect(remembered == nil)
  }

  @Test func `a reference keeps its value until it goes`() throws {
    let bridge = try bridge()
    bridge.runtime.pushGlobals()
    bridge.main.rawGet("_G", from: -1)
    var reference: LuaReference? = bridge.runtime.reference(takingFrom: bridge.main)
    bridge.main.pop()

    reference?.push(on: bridge.main)

    #expect(bridge.main.type(at: -1) == .table)
    bridge.main.pop()
    bridge.runtime.close()
    reference = nil
  }
}
