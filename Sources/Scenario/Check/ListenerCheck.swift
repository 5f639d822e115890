/// Looks for listeners to which nobody can connect.
///
/// A bare name is a file in the scenario's private directory, so what connects has its name from the
/// script. Where the script could give it away in any way, or expects that it fails, nothing is said.
struct ListenerCheck {
  private let reading: ScriptReading
  private(set) var remarks: [Remark] = []

  init(_ reading: ScriptReading) {
    self.reading = reading
    guard !reading.hasOtherFiles, reading.readGlobals.isDisjoint(with: Self.outsiders),
      let members, members.isDisjoint(with: Self.givingAway), let connected = connectedNames
    else { return }
    for (base, suffixes) in reading.chains.compactMap(\.parts) {
      for index in suffixes.indices {
        guard case .method("listen", let arguments) = suffixes[index].kind,
          case .listener = reading.value(of: base, suffixes[...index]),
          let name = arguments.first?.bareName, !connected.contains(name)
        else { continue }
        let message =
          "nobody connects to «\(name)»: the script has no connect to it, and starts no program"
        remarks.append(Remark(kind: .unconnected, offset: base.offset, message: message))
      }
    }
  }

  /// Globals through which a script can do what does not show in it.
  private static let outsiders: Set = ["debug", "io", "localsocket", "os", "pcall", "xpcall"]

  /// Members that tell where a listener is, or that want it to be alone.
  private static let givingAway: Set = [
    "path", "server", "socket", "directory", "spawn", "expectNoAccept", "raises", "eventually",
  ]

  /// The members that the script names; `nil` where an index may be any.
  private var members: Set<String>? {
    var members: Set<String> = []
    for (_, suffixes) in reading.chains.compactMap(\.parts) {
      for suffix in suffixes {
        switch suffix.kind {
        case .field(let name), .method(let name, _): members.insert(name)
        case .index: return nil
        case .call: break
        }
      }
    }
    return members
  }

  /// The names that the script connects to; `nil` where one is made when it runs.
  private var connectedNames: Set<String>? {
    var names: Set<String> = []
    for (_, suffixes) in reading.chains.compactMap(\.parts) {
      for suffix in suffixes {
        switch suffix.kind {
        case .method("connect", let arguments):
          guard let name = arguments.first?.bareName else { return nil }
          names.insert(name)
        case .field("connect"): return nil
        default: break
        }
      }
    }
    return names
  }
}

extension Expression {
  /// The text of a name that a script writes out, without a slash or an `@` in front.
  fileprivate var bareName: String? {
    guard case .string(let bytes) = kind, !bytes.contains(UInt8(ascii: "/")),
      bytes.first != UInt8(ascii: "@")
    else { return nil }
    return String(decoding: bytes, as: UTF8.self)
  }
}
