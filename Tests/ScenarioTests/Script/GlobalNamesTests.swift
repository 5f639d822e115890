import Testing

@testable import Scenario

@Suite("Global names", .enabled(if: LuaCompiler.isInstalled, "needs luac5.4"))
struct GlobalNamesTests {
  @Test func `reads and assignments are listed with their lines`() throws {
    let names = try globals(
      """
      local a = first
      second = a

      print(a.field, third[fourth])
      """
    )

    #expect(
      names.reads == [
        use("first", 1), use("print", 4), use("third", 4), use("fourth", 4),
      ]
    )
    #expect(names.assignments == [use("second", 2)])
  }

  @Test func `names in nested functions and methods are found`() throws {
    let names = try globals(
      """
      local object = {}
      function object:method()
        return function() return deep end
      end
      function Class.new() end
      function Class:method(x) count = x end
      """
    )

    #expect(Set(names.reads) == [use("deep", 3), use("Class", 5), use("Class", 6)])
    #expect(names.assignments == [use("count", 6)])
  }

  @Test(arguments: [
    "local _ENV = {} ; hidden = other",
    "local _ENV <const> = {} ; hidden = other",
    "return function(_ENV) hidden = other end",
    "local _ENV = {} ; return function() hidden = other end",
    "for _, _ENV in nil do hidden = other end",
  ])
  func `names in the reach of a local _ENV are not global`(source: String) throws {
    let names = try globals(source)

    #expect(names.reads.isEmpty)
    #expect(names.assignments.isEmpty)
  }

  @Test func `names behind the reach of a local _ENV are global again`() throws {
    let names = try globals("do local _ENV = {} ; hidden = 1 end\nseen = 2")

    #expect(names.assignments == [use("seen", 2)])
  }

  @Test func `names that are asked about are known as such`() throws {
    let names = try globals(
      """
      local a = one and one.field
      if two then print(three) end
      local b = four == nil, type(five), five or six, seven()
      """
    )

    #expect(names.tested == ["one", "two", "four", "five"])
  }

  @Test func `names whose constants have large numbers are found`() throws {
    let names = try globals(
      """
      \(manyConstants)
      local l
      alpha = beta.q + gamma
      one, l, two = 1, l or three, function() four = five end
      function six() end function seven:m() end
      print(eight)
      """
    )

    let lines = 304
    #expect(
      names.reads == [
        use("beta", lines), use("gamma", lines), use("three", lines + 1),
        use("seven", lines + 2), use("print", lines + 3), use("eight", lines + 3),
        use("five", lines + 1),
      ]
    )
    #expect(
      names.assignments == [
        use("alpha", lines), use("two", lines + 1), use("one", lines + 1), use("six", lines + 2),
        use("four", lines + 1),
      ]
    )
  }

  @Test func `a field of a local table is no global even behind many constants`() throws {
    let names = try globals(
      """
      \(manyConstants)
      local own = {}
      own.field = own.other
      local _ENV = own
      hidden = more
      """
    )

    #expect(names.reads.isEmpty)
    #expect(names.assignments.isEmpty)
  }

  @Test func `a name is found behind more constants than one instruction can number`() throws {
    let constants = (0..<140_000).map { "\"c\($0)\"," }.joined(separator: "\n")
    let names = try globals("local t = {\n\(constants)\n}\nfar = away")

    #expect(names.reads == [use("away", 140_003)])
    #expect(names.assignments == [use("far", 140_003)])
  }

  @Test func `a name of more than 40 letters is found`() throws {
    let name = String(repeating: "long", count: 20)

    let names = try globals("\(name) = 1\nprint(\(name))")

    #expect(names.reads == [use("print", 2), use(name, 2)])
    #expect(names.assignments == [use(name, 1)])
  }

  @Test func `deeply nested functions are read`() throws {
    let opening = String(repeating: "return function() ", count: 60)
    let closing = String(repeating: " end", count: 60)

    let names = try globals("\(opening) return deep \(closing)")

    #expect(names.reads == [use("deep", 1)])
  }

  @Test func `lines stay right behind long gaps and long code`() throws {
    let gap = String(repeating: "\n", count: 1000)
    let code = String(repeating: "local _ = 1 ; _ = nil\n", count: 150)

    let names = try globals("a = 1\(gap)b = 2\n\(code)c = 3")

    #expect(names.assignments == [use("a", 1), use("b", 1001), use("c", 1152)])
  }

  @Test func `unknown is what is read and neither known nor assigned in the script`() throws {
    let names = try globals(
      """
      local function f() later() ; typo = typo or missing end
      missing()
      print(wrong)
      function later() end
      """
    )

    #expect(names.unknown(besides: ["print"]) == [use("missing", 1), use("wrong", 3)])
  }

  @Test(arguments: scripts)
  func `the names are those of luac's listing`(source: String) throws {
    let output = try LuaCompiler.compile(source)

    let names = try GlobalNames(chunk: output.chunk)

    #expect(names.reads == listed("GETTABUP", in: output.listing))
    #expect(names.assignments == listed("SETTABUP", in: output.listing))
    #expect(!names.reads.isEmpty)
  }

  @Test func `every cut chunk is refused`() throws {
    let chunk = try LuaCompiler.compile(Self.scripts[0]).chunk

    for length in chunk.indices {
      #expect(throws: GlobalNames.UnreadableChunk.self) {
        try GlobalNames(chunk: Array(chunk[..<length]))
      }
    }
  }

  @Test func `a damaged chunk never traps`() throws {
    let chunk = try LuaCompiler.compile(Self.scripts[0]).chunk
    var refusals = 0

    for index in chunk.indices {
      for value in [0x00, 0x7f, 0x80, 0xff, chunk[index] ^ 0x01] as [UInt8] {
        var damaged = chunk
        damaged[index] = value
        refusals += (try? GlobalNames(chunk: damaged)) == nil ? 1 : 0
      }
    }

    #expect(refusals > chunk.count)
  }

  @Test func `bytes that are no chunk of Lua 5·4 are refused with the reason`() {
    let error = #expect(throws: GlobalNames.UnreadableChunk.self) {
      try GlobalNames(chunk: Array("print(1)".utf8))
    }

    #expect(error?.description == "not a compiled chunk of Lua 5.4 for this machine")
  }

  private static let scripts = [
    """
    for i = 1, 10 do total = total + i ; if i == done then break end end
    for k, v in pairs(list) do list[k] = v end
    """,
    "do goto out end\ndo local x = skipped end\n::out:: print(x)",
    "local a <close> = guard ; while wait() do local f = function(...) return ..., shared end end",
    "t = { name = value, [key] = other, f(), ... } ; t.x.y.z = t[1] ; t:m(arg):n(arg)",
    "a, b, c = b, c, a ; x = a and b or c ; y = not (a == b) ; z = -a .. #b",
    "repeat local n = next_one() until n > limit or n < -limit ; return tail(n)",
    "local up = 1 ; function outer() return function() up = up + step ; last = up end end",
    "local s = string.format('%d', 1 << shift | mask ~ 3) ; if s ~= '' then show(s) end",
  ]

  private var manyConstants: String {
    "local t = {\n" + (0..<300).map { "\"c\($0)\",\n" }.joined() + "}"
  }

  private func globals(_ source: String) throws -> GlobalNames {
    try GlobalNames(chunk: LuaCompiler.compile(source).chunk)
  }

  private func use(_ name: String, _ line: Int) -> GlobalNames.Use {
    GlobalNames.Use(name: name, line: line)
  }

  /// The names behind an instruction in lines such as `2 [1] GETTABUP 0 0 0 ; _ENV "x"`.
  private func listed(_ operation: String, in listing: String) -> [GlobalNames.Use] {
    listing.split(separator: "\n").compactMap { line in
      let words = line.split { $0 == " " || $0 == "\t" }
      guard words.count > 2, words[2] == operation,
        let lineNumber = Int(words[1].dropFirst().dropLast())
      else { return nil }
      let quoted = line.split(separator: "\"")
      return quoted.count > 1 ? use(String(quoted[1]), lineNumber) : nil
    }
  }
}
