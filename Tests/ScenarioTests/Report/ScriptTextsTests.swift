import TestSupport
import Testing

@testable import Scenario

@Suite("Texts of scripts in reports")
struct ScriptTextsTests {
  private let directory = TemporaryDirectory()

  private func shown(_ texts: ScriptTexts) -> String? {
    texts.text(of: directory.file("a.lua")).map { String(decoding: $0, as: UTF8.self) }
  }

  @Test func `one that was prepared is not made again before another value is hidden`() {
    var texts = ScriptTexts()
    texts.hide(Array("hunter2".utf8))
    directory.write(#"x = "hunter2" .. "b""#, to: "a.lua")
    texts.prepare(directory.file("a.lua"))
    directory.write(#"x = "new" .. "b""#, to: "a.lua")

    #expect(shown(texts) == #"x = "«secret»" .. "b""#)
    texts.hide(Array("hunter2".utf8))
    #expect(shown(texts) == #"x = "«secret»" .. "b""#)
    texts.hide(Array("b".utf8))
    #expect(shown(texts) == #"x = "new" .. "«secret»""#)
  }

  @Test func `one whose file has changed since it was kept is not quoted`() {
    var texts = ScriptTexts()
    directory.write("x = 1", to: "a.lua")
    texts.keep(directory.file("a.lua"))

    #expect(shown(texts) == "x = 1")
    directory.write("x = 10", to: "a.lua")
    #expect(shown(texts) == nil)
  }

  @Test func `one that is long is no text for a log`() {
    var texts = ScriptTexts()
    directory.write("x = 1", to: "a.lua")
    directory.write(String(repeating: "-- a comment\n", count: 100_000), to: "b.lua")
    texts.keep(directory.file("a.lua"))
    texts.keep(directory.file("b.lua"))

    #expect(texts.paths == [directory.file("a.lua")])
  }

  @Test func `one that is kept is read again though it was prepared`() {
    var texts = ScriptTexts()
    directory.write("x = 1", to: "a.lua")
    texts.prepare(directory.file("a.lua"))
    directory.write("x = 2", to: "a.lua")
    texts.keep(directory.file("a.lua"))

    #expect(shown(texts) == "x = 2")
  }
}
