/// The name of a server as its user writes it.
///
/// A name that starts with "/" is a path. One that starts with "@" is an abstract name, and one that
/// starts with "@@" an abstract name padded with NULs to the length of `sun_path`. Any other name is
/// a file in the temporary directory: `$TMPDIR`, or `/tmp`. Names are bytes; abstract names may hold
/// NUL.
///
/// A path may be longer than a socket address: the kernel is led to it through a descriptor then, for
/// which `/proc` must be mounted. Qt refuses such names, and all of more than 106 bytes.
public struct SocketName: Hashable, Sendable {
  /// The name's bytes, nothing resolved.
  public let bytes: [UInt8]

  /// Makes a name of raw bytes.
  ///
  /// - Parameter bytes: The name as its user writes it.
  public init(bytes: [UInt8]) {
    self.bytes = bytes
  }

  /// Makes a name of text.
  ///
  /// - Parameter text: The name as its user writes it; it is used as UTF-8.
  public init(_ text: String) {
    bytes = Array(text.utf8)
  }

  /// Whether there is no name at all.
  public var isEmpty: Bool { bytes.isEmpty }

  package static let none = SocketName(bytes: [])

  /// Whether the name says by itself that it is an abstract one.
  package var isAbstract: Bool { bytes.first == UInt8(ascii: "@") }

  /// The same name in the abstract namespace, where it may be already.
  package var abstract: SocketName {
    isAbstract ? self : SocketName(bytes: [UInt8(ascii: "@")] + bytes)
  }
}

extension SocketName: ExpressibleByStringLiteral {
  /// Makes a name of a literal.
  ///
  /// - Parameter value: The name as its user writes it.
  public init(stringLiteral value: String) {
    self.init(value)
  }
}

extension SocketName: CustomStringConvertible {
  /// The name as text, with bytes that are not UTF-8 replaced.
  public var description: String { String(decoding: bytes, as: UTF8.self) }
}

/// Why a name cannot be the address of a socket.
public enum SocketNameError: Error, Hashable, Sendable {
  /// There is no name, or nothing after the "@".
  case empty
  /// An abstract name, a path or a part of it has more bytes than the kernel takes; nothing is ever
  /// cut off.
  case tooLong(length: Int, limit: Int)
  /// A path holds a NUL byte, at which the kernel would end it.
  case containsNUL(offset: Int)
  /// What is at the path was never a socket's.
  case notSocket
}

extension SocketNameError: CustomStringConvertible {
  /// The reason as a fragment of a sentence.
  public var description: String {
    switch self {
    case .empty: "the name is empty"
    case .tooLong(let length, let limit):
      "\(length) bytes are too many for a name; at most \(limit) are possible here"
    case .containsNUL(let offset): "the path holds a NUL byte at offset \(offset)"
    case .notSocket: "what is there is no socket, so it stays"
    }
  }
}
