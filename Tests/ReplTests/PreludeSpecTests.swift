import Glibc
import TestSupport
import Testing

@Suite("Specs of the prompt's Lua")
struct PreludeSpecTests {
  @Test func `the specs of the prompt pass in stock Lua`() {
    let tests = #filePath.split(separator: "/").dropLast().joined(separator: "/")
    let directory = TemporaryDirectory()
    let output = directory.file("output")

    let status = unsafe system("lua5.4 '/\(tests)/Prelude/run.lua' > '\(output)' 2>&1")

    #expect(status == 0, "\(directory.text(of: "output"))")
  }
}
