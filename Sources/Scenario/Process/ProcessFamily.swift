/// The descendants of one process under test that it has left behind.
///
/// Orphans become children of whoever adopts them: a worker does so with those of all its processes. To
/// which they belonged is told by their group, their session, or the variable that every descendant
/// inherits.
struct ProcessFamily {
  /// The process's number, which is that of its group.
  let root: CInt
  /// The variable that marks the process's descendants, as `NAME=VALUE`.
  let mark: [UInt8]
  /// The number of the process that adopts its orphans.
  let adopter: CInt
  /// Whether the adopter has none of other processes.
  var hasOwnAdopter: Bool { adopter != ProcessCalls.ownNumber }

  /// A mark that no other process has.
  static func newMark() -> [UInt8] {
    Array("PARLEY_PROCESS=\(String(UInt64.random(in: 0 ... .max), radix: 16))".utf8)
  }

  /// The descendants that live although the process has ended: the orphans, and what descends from
  /// them.
  var survivors: [ProcessStatus] {
    // Whether there are children at all is known without a look at every process.
    hasOwnAdopter || ProcessCalls.hasChildren ? members.filter { $0.pid != root } : []
  }

  /// The paths of the sockets that the process and its descendants are bound to.
  var boundPaths: Set<String> {
    var paths: Set<String> = []
    for member in members {
      let directory = ProcessCalls.target(ofLink: "/proc/\(member.pid)/cwd") ?? ""
      for path in BoundSockets.paths(of: ProcessCalls.socketNumbers(of: member.pid)) {
        paths.insert(path.hasPrefix("/") ? path : "\(directory)/\(path)")
      }
    }
    return paths
  }

  /// What lives of the process and its descendants.
  private var members: [ProcessStatus] {
    let all = ProcessCalls.processes.filter { !$0.hasEnded }
    var members = all.filter { $0.pid == root || $0.parent == adopter && isMember($0) }
    var next = 0
    while next < members.count {
      let parent = members[next].pid
      members += all.filter { child in
        child.parent == parent && !members.contains { $0.pid == child.pid }
      }
      next += 1
    }
    return members
  }

  /// Kills the survivors and reaps what has ended.
  ///
  /// - Returns: Whether somebody was left; he may have left orphans of his own.
  func clear() -> Bool {
    let survivors = survivors
    for survivor in survivors { ProcessCalls.kill(survivor) }
    let areEnding = ProcessCalls.reapOrphans()
    return areEnding || !survivors.isEmpty
  }

  /// Whether a process belongs to the family of a process that runs.
  func contains(_ pid: CInt) -> Bool {
    var next = pid
    for _ in 0..<64 {
      if next == root { return true }
      guard next > 1, let status = ProcessCalls.status(of: next) else { return false }
      if isMember(status) { return true }
      next = status.parent
    }
    return false
  }

  private func isMember(_ status: ProcessStatus) -> Bool {
    if hasOwnAdopter, status.parent == adopter { return true }
    if status.group == root || status.session == root { return true }
    let environment = (try? FileSystem.contents(of: "/proc/\(status.pid)/environ")) ?? []
    return environment.split(separator: 0).contains { $0.elementsEqual(mark) }
  }
}
