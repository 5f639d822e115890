import Testing

@testable import Scenario

@Suite("Documented examples")
struct DocumentedExampleTests {
  @Test(arguments: Example.all) func `each documented example passes`(example: Example) {
    let script = ScriptRun(example.source)

    #expect(script.run().0 == .success, "\(script.output)\(script.complaints)")
  }

  @Test(arguments: Example.pages) func `each page has its examples`(page: String) {
    #expect(Example.all.count { $0.page == page } > 5)
  }

  /// A block of Lua on a page which promises that each is a scenario as it stands.
  struct Example: CustomTestStringConvertible {
    static let pages = ["scenario.md", "codecs.md"]
    static let all = pages.flatMap(examples(on:))

    let page: String
    /// The line at which it begins.
    let line: Int
    let source: String

    var testDescription: String { "docs/\(page):\(line)" }

    private static func examples(on page: String) -> [Example] {
      let root = "/" + #filePath.split(separator: "/").dropLast(4).joined(separator: "/")
      let bytes = (try? FileSystem.contents(of: "\(root)/docs/\(page)")) ?? []
      let lines = String(decoding: bytes, as: UTF8.self)
        .split(separator: "\n", omittingEmptySubsequences: false)
      return lines.indices.filter { lines[$0] == "```lua" }.map { start in
        let source = lines[(start + 1)...].prefix { $0 != "```" }
        return Example(page: page, line: start + 2, source: source.joined(separator: "\n"))
      }
    }
  }
}
