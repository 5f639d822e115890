/// Where bare names are resolved.
package enum TemporaryFiles {
  private static let slash = UInt8(ascii: "/")

  /// The directory that `$TMPDIR` names, absolute and without ".", ".." and doubled slashes, or
  /// `/tmp`.
  ///
  /// It is looked up at each call and need not exist.
  package static func directory() -> [UInt8] {
    guard let named = SystemCalls.environmentVariable("TMPDIR"), !named.isEmpty
    else { return Array("/tmp".utf8) }
    if named.first == slash { return cleaned(named) }
    return cleaned(SystemCalls.workingDirectory() + [slash] + named)
  }

  /// Removes what is redundant in an absolute path by its text alone; symbolic links are not read.
  package static func cleaned(_ path: [UInt8]) -> [UInt8] {
    var components: [ArraySlice<UInt8>] = []
    for component in path.split(separator: slash) {
      switch component {
      case [UInt8(ascii: ".")]: continue
      case [UInt8(ascii: "."), UInt8(ascii: ".")]: _ = components.popLast()
      default: components.append(component)
      }
    }
    return [slash] + components.joined(separator: [slash])
  }
}
