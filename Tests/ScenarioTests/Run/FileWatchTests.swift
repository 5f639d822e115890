import Glibc
import TestSupport
import Testing

@testable import Scenario

@Suite("Watching scripts")
struct FileWatchTests {
  private let directory = TemporaryDirectory()

  @Test func `a script that has changed while others ran is not waited for`() throws {
    for name in ["a.lua", "b.lua"] { directory.write("t:equal(1, 1)", to: name) }
    let selection = try ScriptSelection(arguments: [directory.path])
    let watch = FileWatch(selection)

    directory.write("t:equal(1, 1000)", to: "b.lua")

    #expect(FileWatch(selection).awaitChange(since: watch) == [directory.file("b.lua")])
  }

  @Test func `a script that was not there is not waited for`() throws {
    directory.write("t:equal(1, 1)", to: "a.lua")
    let watch = FileWatch(try ScriptSelection(arguments: [directory.path]))

    directory.write("t:equal(1, 1)", to: "new.lua")
    let selection = try ScriptSelection(arguments: [directory.path])

    #expect(FileWatch(selection).awaitChange(since: watch) == [directory.file("new.lua")])
  }

  @Test func `a module that has changed while scripts ran runs those again that require it`() throws
  {
    makeModules()
    directory.write("t:equal(1, 1)", to: "b.lua")
    let selection = try ScriptSelection(
      arguments: [directory.file("a.lua"), directory.file("b.lua")]
    )
    let watch = FileWatch(selection)

    directory.write("return { changed = true }", to: "proto/inner.lua")

    #expect(FileWatch(selection).awaitChange(since: watch) == [directory.file("a.lua")])
  }

  @Test func `a script that stays away is named`() {
    var complaints: [String] = []
    let path = directory.file("a.lua")

    let watch = FileWatch.awaitFiles([path]) { complaint in
      complaints.append(complaint)
      directory.write("t:equal(1, 1)", to: "a.lua")
    }

    #expect(watch?.fileCount == 1)
    #expect(complaints == ["waiting: \(path): no such file or directory"])
  }

  @Test func `modules of modules are counted once`() throws {
    makeModules()

    let selection = try ScriptSelection(arguments: [directory.file("a.lua")])

    #expect(FileWatch(selection).fileCount == 3)
  }

  /// A script, its module and the module of that, which requires the first one again.
  private func makeModules() {
    _ = unsafe mkdir(directory.file("proto"), 0o700)
    directory.write("require('proto') require 'absent' require(arg[1])", to: "a.lua")
    directory.write("return require 'proto.inner'", to: "proto/init.lua")
    directory.write("return function() return require 'proto' end", to: "proto/inner.lua")
  }
}
