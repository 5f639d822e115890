internal import LocalSockets

/// The local sockets that are bound, as `/proc/net/unix` lists them (proc(5)).
enum BoundSockets {
  private static let newline = UInt8(ascii: "\n")

  /// Whether messages can be sent to a path: somebody listens there, or is bound for datagrams.
  ///
  /// - Parameter path: As it was bound; "@name" and "@@name" are abstract.
  /// - Returns: `nil` when nobody is bound to it.
  static func takeMessages(at path: String) -> Bool? {
    let table = table
    let abstract = path.hasPrefix("@") ? try? SocketAddress(SocketName(path)).listedName : nil
    let end = Array(" ".utf8) + (abstract ?? Array(path.utf8)) + [newline]
    var answer: Bool?
    var rest = table[...]
    while let found = ProcessCalls.position(of: end, in: rest) {
      let start = table[..<found].lastIndex(of: newline).map { $0 + 1 } ?? 0
      if let takes = takesMessages(table[start..<found]) { answer = answer ?? false || takes }
      rest = table[(found + end.count)...]
    }
    return answer
  }

  /// The paths to which sockets are bound, as they were bound.
  ///
  /// - Parameter numbers: Those of the sockets, as the links of descriptors show them.
  /// - Returns: The paths, in no order.
  static func paths(of numbers: Set<String>) -> [String] {
    table.split(separator: newline).compactMap { line in
      // The path may hold blanks.
      let columns = line.split(separator: UInt8(ascii: " "), maxSplits: 7)
      guard columns.count == 8, columns[7].first != UInt8(ascii: "@"),
        numbers.contains(String(decoding: columns[6], as: UTF8.self))
      else { return nil }
      return String(decoding: columns[7], as: UTF8.self)
    }
  }

  private static var table: [UInt8] { (try? FileSystem.contents(of: "/proc/net/unix")) ?? [] }

  /// The columns before the path are: number, references, protocol, flags, type, state, inode.
  private static func takesMessages(_ line: ArraySlice<UInt8>) -> Bool? {
    let columns = line.split(separator: UInt8(ascii: " "))
    guard columns.count == 7 else { return nil }
    let isListening = columns[3].elementsEqual("00010000".utf8)  // __SO_ACCEPTCON
    let isDatagram = columns[4].elementsEqual("0002".utf8)
    if isListening || isDatagram { return true }
    // Accepted connections carry the path of their listener, too; they are not unconnected.
    return columns[5].elementsEqual("01".utf8) ? false : nil
  }
}
