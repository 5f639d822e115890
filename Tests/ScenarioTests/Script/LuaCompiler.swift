import Glibc

/// The compiler of Debian's lua5.4, whose chunks and listings the tests compare with.
enum LuaCompiler {
  static let isInstalled = unsafe access("/usr/bin/luac5.4", X_OK) == 0

  /// A compiled script.
  struct Output {
    let chunk: [UInt8]
    /// What `luac -l` prints.
    let listing: String
  }

  static func compile(_ source: String) throws -> Output {
    let directory = try ScriptDirectory()
    try directory.add("script.lua", Array(source.utf8))
    let output = "\(directory.path)/script.out"
    let listing = outputOf("/usr/bin/luac5.4 -l -o \(output) \(directory.path)/script.lua")
    return Output(
      chunk: try directory.contents(of: "script.out"),
      listing: String(decoding: listing, as: UTF8.self)
    )
  }

  private static func outputOf(_ command: String) -> [UInt8] {
    guard let stream = unsafe popen(command, "r") else { return [] }
    defer { unsafe pclose(stream) }
    return unsafe ScriptDirectory.bytes(of: stream)
  }
}
