/// The search for scripts below one directory.
struct ScriptSearch {
  /// The directories that were searched, so that links that go round in a circle come to an end.
  private var searched: Set<FileSystem.Identity> = []

  /// Finds the `*.lua` files in a directory and below it.
  ///
  /// - Returns: The paths, sorted by their bytes within each directory.
  /// - Throws: ``ScriptSelection/Refusal`` when an entry cannot be read or its name is not UTF-8.
  mutating func scripts(
    below directory: String,
    _ status: FileSystem.Status
  ) throws(ScriptSelection.Refusal) -> [String] {
    guard searched.insert(status.identity).inserted else { return [] }
    let names = try ScriptSelection.refusing(directory) { () throws(FileSystem.Failure) in
      try FileSystem.names(in: directory)
    }
    var found: [String] = []
    for name in names.sorted(by: { $0.lexicographicallyPrecedes($1) }) {
      found += try scripts(named: name, in: directory)
    }
    return found
  }

  private mutating func scripts(
    named bytes: [UInt8],
    in directory: String
  ) throws(ScriptSelection.Refusal) -> [String] {
    if bytes.first == UInt8(ascii: ".") { return [] }
    let isScript = bytes.suffix(4) == Array(".lua".utf8)[...]
    guard let name = String(validating: bytes, as: UTF8.self) else {
      guard isScript else { return [] }
      throw ScriptSelection.Refusal(
        description: "\(printable(directory))/\(EscapedBytes(bytes)): the name is not UTF-8",
        exitCode: .unloadable
      )
    }
    let path = Self.join(directory, name)
    guard let status = try status(of: path, isScript: isScript) else { return [] }
    if status.isDirectory { return try scripts(below: path, status) }
    guard isScript, status.isRegularFile else { return [] }
    try ScriptSelection.refusing(path) { () throws(FileSystem.Failure) in
      try FileSystem.checkReadable(path)
    }
    return [path]
  }

  /// What an entry is; `nil` for one that cannot be followed and is no script anyway.
  private func status(
    of path: String,
    isScript: Bool
  ) throws(ScriptSelection.Refusal) -> FileSystem.Status? {
    if !isScript { return try? FileSystem.status(of: path) }
    return try ScriptSelection.refusing(path) { () throws(FileSystem.Failure) in
      try FileSystem.status(of: path)
    }
  }

  private static func join(_ directory: String, _ name: String) -> String {
    if directory == "." { return name }
    return directory.hasSuffix("/") ? directory + name : "\(directory)/\(name)"
  }
}
