import Testing

/// A Lua file with cases for the module.
struct SpecFile: CustomTestStringConvertible {
  let name: String
  private let folder: String

  /// All but ``torture``; `yielding` is the yield matrix.
  static let all = [
    "arrivals", "collection", "contract", "coroutines", "loop", "misuse", "servers", "signals",
    "states", "tasks", "texts", "waiting", "yielding",
  ].map { SpecFile(name: $0) }

  /// Random calls, from seeds.
  static let torture = SpecFile(name: "torture", folder: "Torture")

  /// Those that follow the description of Qt's classes, statement by statement, and of what the
  /// module has beyond them.
  static let conformance = [
    "adopting", "bytes", "connecting", "datagrams", "defects", "descriptors", "device", "ending",
    "errors", "events", "flow", "listening", "messages", "names", "objects", "options", "pending",
    "properties", "reading", "reentrancy", "sequences", "server", "transactions", "waiting",
  ].map { SpecFile(name: "conformance/\($0)") }

  static let directory = folder(of: #filePath) + "/Specs"
  static let harness = directory + "/harness.lua"

  private init(name: String, folder: String = "Specs") {
    self.name = name
    self.folder = folder
  }

  var path: String { "\(Self.folder(of: #filePath))/\(folder)/\(name).lua" }
  var testDescription: String { name }

  /// The path of a program that tests run beside themselves.
  static func program(_ name: String) -> String { folder(of: #filePath) + "/Programs/" + name }

  /// The directory of the checkout.
  static let root = folder(of: folder(of: folder(of: #filePath)))

  private static func folder(of path: String) -> String {
    path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
  }
}
