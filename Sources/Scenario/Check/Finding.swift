/// Something that is wrong with a script, found without running it.
package struct Finding: Hashable, Sendable {
  package let kind: Kind
  package let file: String
  /// Counted from 1; `nil` where no line can be named.
  package let line: Int?
  /// Counted in characters from 1.
  package let column: Int?
  /// What is wrong, as a sentence without its full stop.
  package let message: String
  /// The line itself.
  package let source: String

  /// What is wrong, in a word or two.
  package enum Kind: String, Sendable {
    /// The script cannot be read, or does not parse, or its header or a block's declaration is wrong.
    case unloadable
    case unknownGlobal = "unknown global"
    case unknownMember = "unknown member"
    case unknownOption = "unknown option"
    case unknownCodec = "unknown codec"
    case wrongValue = "wrong value"
    case dotCall = "dot call"
    case malformedText = "malformed text"
    case emptyTable = "empty table"
    case mismatch
    case unreachable
    case unconnected

    /// Whether the script cannot be run at all.
    package var keepsFromLoading: Bool { self == .unloadable || self == .unknownGlobal }
  }
}

/// What a check has found, by its place in the source.
struct Remark {
  let kind: Finding.Kind
  let offset: Int?
  let message: String
}
