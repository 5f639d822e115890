import TestSupport
import Testing

@testable import Scenario

@Suite("Watching scripts")
struct FileWatchTests {
  private let directory = TemporaryDirectory()

  @Test func `a script that has changed while others ran is not waited for`() throws {
    for name in ["a.lua", "b.lua"] { directory.write("t:equal(1, 1)", to: name) }
    let selection = try ScriptSelection(arguments: [directory.path])
    let versions = FileWatch.Versions(selection)

    directory.write("t:equal(1, 1000)", to: "b.lua")

    #expect(FileWatch.awaitChange(of: selection, since: versions) == [directory.file("b.lua")])
  }

  @Test func `a script that was not there is not waited for`() throws {
    directory.write("t:equal(1, 1)", to: "a.lua")
    let versions = FileWatch.Versions(try ScriptSelection(arguments: [directory.path]))

    directory.write("t:equal(1, 1)", to: "new.lua")
    let selection = try ScriptSelection(arguments: [directory.path])

    #expect(FileWatch.awaitChange(of: selection, since: versions) == [directory.file("new.lua")])
  }
}
