import Glibc
import TestSupport
import Testing

@testable import Repl

@Suite("Specs of the prompt's Lua")
struct PreludeSpecTests {
  @Test func `the specs of the prompt pass in stock Lua`() {
    let tests = #filePath.split(separator: "/").dropLast().joined(separator: "/")
    let directory = TemporaryDirectory()
    let output = directory.file("output")

    let status = unsafe system("lua5.4 '/\(tests)/Prelude/run.lua' > '\(output)' 2>&1")

    let said = TerminalCalls.ending(of: output, limit: 1 << 16).bytes
    #expect(status == 0, "\(String(decoding: said, as: UTF8.self))")
  }
}
