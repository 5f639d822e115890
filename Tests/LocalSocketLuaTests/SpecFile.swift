import Testing

/// A Lua file with cases for the module.
struct SpecFile: CustomTestStringConvertible {
  let name: String

  /// All of them; `yielding` is the yield matrix.
  static let all = [
    "arrivals", "collection", "coroutines", "loop", "misuse", "names", "servers", "signals",
    "states", "tasks",
    "waiting", "yielding",
  ].map(SpecFile.init)

  static let directory = folder(of: #filePath) + "/Specs"
  static let harness = directory + "/harness.lua"

  var path: String { "\(Self.directory)/\(name).lua" }
  var testDescription: String { name }

  /// The directory of the checkout.
  static let root = folder(of: folder(of: folder(of: #filePath)))

  private static func folder(of path: String) -> String {
    path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
  }
}
