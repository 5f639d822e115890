import Glibc
import Testing

@testable import Scenario

@Suite("Script selection")
struct ScriptSelectionTests: ~Copyable {
  private let files: ScriptDirectory

  init() throws {
    files = try ScriptDirectory()
  }

  @Test func `a file is selected as it was named`() throws {
    try files.add("a.lua")

    #expect(try selection(["a.lua"]) == ["a.lua"])
  }

  @Test func `a line after the file selects that line`() throws {
    try files.add("a.lua")

    #expect(try selection(["a.lua:12"]) == ["a.lua:12"])
  }

  @Test func `lines of one file are joined and the whole file contains them`() throws {
    try files.add("a.lua")
    try files.add("b.lua")

    let selected = try selection(["a.lua:9", "b.lua:4", "a.lua:3", "a.lua:9", "b.lua"])

    #expect(selected == ["a.lua:3,9", "b.lua"])
  }

  @Test func `a file whose own name ends in a number wins over a line`() throws {
    try files.add("a.lua")
    try files.add("a.lua:12")

    #expect(try selection(["a.lua:12"]) == ["a.lua:12 (whole)"])
  }

  @Test func `a directory stands for the scripts below it in sorted order`() throws {
    for name in ["b.lua", "a.lua", "note.txt", ".hidden.lua", "sub/c.lua", ".git/d.lua"] {
      try files.add(name)
    }

    #expect(try selection([""]) == ["a.lua", "b.lua", "sub/c.lua"])
    #expect(try selection(["", "a.lua"]) == ["a.lua", "b.lua", "sub/c.lua"])
  }

  @Test func `what another script of a directory requires is left out as a module`() throws {
    let directory = try ScriptDirectory()
    try directory.add("a.lua", Array("require 'words' t:fail 'x'".utf8))
    try directory.add("words.lua", Array("return require 'more.words'".utf8))
    try directory.add("more/words.lua", Array("return {}".utf8))
    try directory.add("b.lua", Array("pcall(require, 'c') require 'c'".utf8))
    try directory.add("c.lua", Array("scenario('own', function(t) t:fail 'x' end)".utf8))
    var selection = try ScriptSelection(arguments: [directory.path])

    let modules = selection.leaveOutModules()

    // What declares scenarios is theirs, whoever requires it.
    #expect(
      selection.scripts.map(\.path)
        == ["a.lua", "b.lua", "c.lua"].map { "\(directory.path)/\($0)" }
    )
    #expect(modules == ["\(directory.path)/more/words.lua", "\(directory.path)/words.lua"])
  }

  @Test func `scripts that require each other or are named are no modules`() throws {
    let directory = try ScriptDirectory()
    try directory.add("a.lua", Array("require 'b' require 'c'".utf8))
    try directory.add("b.lua", Array("require 'a'".utf8))
    try directory.add("c.lua")
    let arguments = [directory.path, "\(directory.path)/c.lua"]
    var selection = try ScriptSelection(arguments: arguments)

    #expect(selection.leaveOutModules() == [])
    #expect(selection.scripts.count == 3)
  }

  @Test func `links that go round in a circle come to an end`() throws {
    try files.add("sub/a.lua")
    #expect(unsafe symlink("..", "\(files.path)/sub/up") == 0)

    #expect(try selection([""]) == ["sub/a.lua"])
  }

  @Test func `something named like a script that is no file is left out of a directory`() throws {
    try files.add("a.lua")
    #expect(unsafe mkfifo("\(files.path)/pipe.lua", 0o600) == 0)

    #expect(try selection([""]) == ["a.lua"])
  }

  @Test func `a missing file is a usage error`() {
    expectRefusal(of: "none.lua", .usage, "no such file or directory")
  }

  @Test func `a missing file with a line is named without the line`() {
    let refusal = refusal(of: "none.lua:7")

    #expect(refusal?.description == "\(files.path)/none.lua: no such file or directory")
  }

  @Test func `a directory without scripts runs nothing`() throws {
    try files.add("sub/note.txt")

    expectRefusal(of: "sub", .nothingRan, "no script (*.lua) in this directory")
  }

  @Test func `a directory has no lines`() throws {
    try files.add("sub/a.lua")

    expectRefusal(of: "sub:3", .usage, "a directory has no lines")
  }

  @Test func `line 0 is refused`() throws {
    try files.add("a.lua")

    expectRefusal(of: "a.lua:0", .usage, "0 is no line; the first is 1")
  }

  @Test func `a file name over 255 bytes is refused with its length`() {
    let name = String(repeating: "x", count: 256)

    expectRefusal(of: name, .usage, "a file name has 256 bytes, 255 is the most")
  }

  @Test func `a file name of 255 bytes may be followed by a line`() throws {
    let name = String(repeating: "x", count: 255)
    try files.add(name)

    #expect(try selection(["\(name):3"]) == ["\(name):3"])
  }

  @Test func `a NUL in a path is refused and shown as an escape`() {
    let refusal = refusal(of: "a\0b.lua")

    #expect(refusal?.description == "\(files.path)/a\\x00b.lua: a path cannot hold a NUL byte")
    #expect(refusal?.exitCode == .usage)
  }

  @Test func `an empty argument is refused`() {
    let error = #expect(throws: ScriptSelection.Refusal.self) {
      try ScriptSelection(arguments: [""])
    }

    #expect(error?.description == "an empty argument names no file")
  }

  @Test func `a link that leads nowhere is reported and not passed over`() throws {
    try files.add("a.lua")
    #expect(unsafe symlink("gone", "\(files.path)/b.lua") == 0)

    let error = #expect(throws: ScriptSelection.Refusal.self) {
      try ScriptSelection(arguments: [files.path])
    }

    #expect(error?.description == "\(files.path)/b.lua: no such file or directory")
  }

  @Test(.enabled(if: geteuid() != 0, "root may read everything"))
  func `a file that may not be read cannot be loaded`() throws {
    try files.add("a.lua")
    #expect(unsafe chmod("\(files.path)/a.lua", 0) == 0)

    expectRefusal(of: "a.lua", .unloadable, "permission denied")
  }

  /// The selected scripts with their lines, relative to the directory.
  private func selection(_ names: [String]) throws -> [String] {
    let selection = try ScriptSelection(
      arguments: names.map { $0.isEmpty ? files.path : "\(files.path)/\($0)" }
    )
    return selection.scripts.map { script in
      let name = String(script.path.dropFirst(files.path.count + 1))
      let lines = script.lines.map(String.init).joined(separator: ",")
      if lines.isEmpty { return name.contains(":") ? "\(name) (whole)" : name }
      return "\(name):\(lines)"
    }
  }

  private func refusal(of name: String) -> ScriptSelection.Refusal? {
    #expect(throws: ScriptSelection.Refusal.self) {
      try ScriptSelection(arguments: ["\(files.path)/\(name)"])
    }
  }

  private func expectRefusal(of name: String, _ exitCode: ExitCode, _ reason: String) {
    let refusal = refusal(of: name)
    #expect(refusal?.description == "\(files.path)/\(name): \(reason)")
    #expect(refusal?.exitCode == exitCode)
  }
}
