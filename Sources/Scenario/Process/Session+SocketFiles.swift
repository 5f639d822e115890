internal import LocalSockets

// The socket files that processes under test have left behind.

extension Session {
  /// Sockets that nobody listens on any more stand in the way of the next start.
  ///
  /// What was killed or has crashed could not remove them.
  func checkSocketFiles() {
    guard let directory = knownDirectory else { return }
    var owners: [SpawnedProcess] = []
    let left = Self.abandonedSockets(in: directory).sorted().filter { file in
      let suspects = suspects(for: "\(directory)/\(file)")
      if suspects.contains(where: \.couldNotClearUp) { return false }
      owners += suspects.filter { suspect in !owners.contains { $0 === suspect } }
      return true
    }
    guard !left.isEmpty else { return }
    let names = owners.map { "«\($0.name)»" }.joined(separator: " or ")
    let message =
      "\(names) left the socket \(left.count == 1 ? "file" : "files") "
      + "\(left.joined(separator: ", ")) behind"
    keep(Leftover(check: "leaks", message: message, location: owners.first?.location))
  }

  /// Those who were bound to a file, or all who may have been where nobody has been seen to be.
  private func suspects(for file: String) -> [SpawnedProcess] {
    let owners = processes.filter { $0.boundPaths.contains(file) }
    if !owners.isEmpty { return owners }
    // What a process was bound to may be spelt otherwise there, or have been renamed.
    let unseen = processes.filter { !$0.wasSeenBeforeEnd || !$0.boundPaths.isEmpty }
    return unseen.isEmpty ? processes : unseen
  }

  /// The files of sockets to which nobody is bound, below a directory; links are not followed.
  private static func abandonedSockets(in directory: String) -> [String] {
    let names = ((try? FileSystem.names(in: directory)) ?? []).map {
      String(decoding: $0, as: UTF8.self)
    }
    return names.flatMap { name in
      let path = "\(directory)/\(name)"
      guard let status = try? FileSystem.status(of: path), !status.isRegularFile else {
        return [] as [String]
      }
      if !status.isDirectory { return SocketFile.isAbandoned(at: Array(path.utf8)) ? [name] : [] }
      let isLink = ProcessCalls.target(ofLink: path) != nil
      return isLink ? [] : abandonedSockets(in: path).map { "\(name)/\($0)" }
    }
  }
}
