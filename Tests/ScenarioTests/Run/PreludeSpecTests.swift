import Glibc
import TestSupport
import Testing

@Suite("Prelude specs")
struct PreludeSpecTests {
  @Test func `the specs of the scenario language pass in stock Lua`() {
    let tests = #filePath.split(separator: "/").dropLast(2).joined(separator: "/")
    let directory = TemporaryDirectory()
    let output = directory.file("output")

    let status = unsafe system("lua5.4 '/\(tests)/Prelude/run.lua' > '\(output)' 2>&1")

    #expect(status == 0, "\(directory.text(of: "output"))")
  }
}
