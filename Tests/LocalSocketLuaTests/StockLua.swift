import Glibc
import Testing

/// The interpreter `lua5.4` with the module `localsocket` that LOCALSOCKET_CPATH names.
enum StockLua {
  /// The value of LUA_CPATH with which the interpreter finds the module.
  static var cpath: String? {
    let value = unsafe getenv("LOCALSOCKET_CPATH")
    return unsafe value.map { unsafe String(cString: $0) }
  }

  /// Why tests of the module in a foreign interpreter are skipped.
  static let skipReason: Comment =
    "LOCALSOCKET_CPATH does not name the module for lua5.4; scripts/test builds and names it"

  /// The variables with which a Lua finds the module.
  static var environment: [String: String] { ["LUA_CPATH": cpath ?? ""] }

  /// Runs the interpreter to its end, with variables besides those that it needs.
  static func run(
    _ arguments: String...,
    variables: [String: String] = [:],
    seconds: Int = 120
  ) throws -> Command {
    let environment = environment.merging(variables) { $1 }
    return try Command(["lua5.4"] + arguments, environment: environment, seconds: seconds)
  }

  /// Runs a spec to its end.
  static func run(_ spec: SpecFile, variables: [String: String] = [:]) throws -> Command {
    try run(SpecFile.directory + "/stock.lua", spec.path, variables: variables, seconds: 300)
  }
}
