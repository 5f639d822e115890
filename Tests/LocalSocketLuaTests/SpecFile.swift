import Testing

/// A Lua file with cases for the module.
struct SpecFile: CustomTestStringConvertible {
  let name: String

  /// All of them; `yielding` is the yield matrix.
  static let all = [
    "arrivals", "collection", "contract", "coroutines", "loop", "misuse", "servers", "signals",
    "states", "tasks", "waiting", "yielding",
  ].map(SpecFile.init)

  /// Those that follow the description of Qt's classes, statement by statement, and of what the
  /// module has beyond them.
  static let conformance = [
    "adopting", "bytes", "connecting", "datagrams", "defects", "descriptors", "device", "ending",
    "errors", "events", "flow", "listening", "messages", "names", "objects", "options", "pending",
    "properties", "reading", "reentrancy", "sequences", "server", "transactions", "waiting",
  ].map { SpecFile(name: "conformance/\($0)") }

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
