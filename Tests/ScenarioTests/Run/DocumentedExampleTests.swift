import Testing

@testable import Scenario

/// The blocks of Lua on pages which promise that each is a scenario as it stands.
@Suite("Documented examples")
struct DocumentedExampleTests {
  private static let root = "/" + #filePath.split(separator: "/").dropLast(4).joined(separator: "/")

  /// The blocks of Lua on a page.
  private static func examples(on page: String) throws -> [Substring] {
    let text = String(decoding: try FileSystem.contents(of: "\(root)/docs/\(page)"), as: UTF8.self)
    var examples: [Substring] = []
    var rest = text[...]
    while let start = rest.firstRange(of: "\n```lua\n"),
      let end = rest[start.upperBound...].firstRange(of: "\n```\n")
    {
      examples.append(rest[start.upperBound..<end.lowerBound])
      rest = rest[end.lowerBound...]
    }
    return examples
  }

  @Test func `every example of a codec passes`() throws {
    let examples = try Self.examples(on: "codecs.md")

    #expect(examples.count > 5)
    for example in examples {
      let script = ScriptRun(String(example))
      #expect(script.run().0 == .success, "\(example)\n\(script.output)\(script.complaints)")
    }
  }
}
