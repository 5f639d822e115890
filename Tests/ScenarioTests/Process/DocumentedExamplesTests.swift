import TestSupport
import Testing

@testable import Scenario

@Suite("Examples of docs/processes.md")
struct DocumentedExamplesTests {
  @Test(arguments: examples()) func `an example passes, or says what it lacks`(example: String) {
    let (outcome, output) = ScriptRun.result(example)

    if case .skipped = outcome { return }
    #expect(outcome == .passed, "\(output)")
  }

  @Test func `the document has its examples`() {
    #expect(Self.examples().count >= 8)
  }

  /// The Lua blocks of the document, each a whole script.
  private static func examples() -> [String] {
    let root = #filePath.split(separator: "/").dropLast(4).joined(separator: "/")
    let text = (try? FileSystem.contents(of: "/\(root)/docs/processes.md")) ?? []
    return String(decoding: text, as: UTF8.self).split(separator: "```lua\n").dropFirst().compactMap
    {
      block in block.firstRange(of: "```").map { String(block[..<$0.lowerBound]) }
    }
  }
}
