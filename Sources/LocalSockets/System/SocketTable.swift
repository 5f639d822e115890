/// The kernel's list of the local sockets that this process can reach, `/proc/net/unix` (proc(5)).
enum SocketTable {
  private static let path = Array("/proc/net/unix".utf8)
  /// How much is read at once.
  private static let step = 1 << 16

  /// Whether an abstract name belongs to a socket of another kind, and to none of this one.
  ///
  /// The kernel looks for an abstract name among the sockets of one kind alone, so that a connect is
  /// refused as if nobody had the name. Where the list cannot be read, nobody is found in it either.
  ///
  /// It takes time in proportion to the number of all sockets.
  static func hasOnlyOthers(than kind: SocketKind, at address: SocketAddress) -> Bool {
    guard let name = address.listedName, let list = try? read() else { return false }
    let types = types(of: name, in: list)
    return !types.isEmpty && !types.contains(SystemCalls.type(of: kind))
  }

  private static func read() throws(SystemError) -> [UInt8] {
    let file = try SystemCalls.open(path)
    var list: [UInt8] = []
    while true {
      let part = try SystemCalls.read(file.number, atMost: step)
      if part.isEmpty { return list }
      list += part
    }
  }

  /// The types of the sockets with a name, as `socket(2)` knows them.
  private static func types(of name: [UInt8], in list: [UInt8]) -> [CInt] {
    list.split(separator: UInt8(ascii: "\n")).compactMap { line in
      guard line.suffix(name.count) == name[...] else { return nil }
      // Number, references, protocol, flags, type, state, inode, name.
      let fields = line.split(separator: UInt8(ascii: " "), maxSplits: 7)
      guard fields.count == 8, fields[7] == name[...] else { return nil }
      return CInt(String(decoding: fields[4], as: UTF8.self), radix: 16)
    }
  }
}
