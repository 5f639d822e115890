internal import CProcess
internal import Glibc
internal import LocalSockets

/// The calls to the kernel that processes under test need, one function a call.
enum ProcessCalls {
  /// Why a call failed.
  struct Failure: Error {
    let code: CInt

    /// Nobody reads what is written.
    static let brokenPipe = Failure(code: EPIPE)

    var reason: String { SystemError.reason(of: code) }
  }

  /// `pipe2(2)`: both ends are close-on-exec.
  static func makePipe() throws(Failure) -> (reading: CInt, writing: CInt) {
    var ends: [CInt] = [-1, -1]
    guard unsafe cp_pipe(&ends) == 0 else { throw Failure(code: errno) }
    return (ends[0], ends[1])
  }

  /// `posix_openpt(3)` and what belongs to it: the end of the terminal's owner, and its program's.
  static func openTerminal() throws(Failure) -> (leader: CInt, follower: CInt) {
    var leader: CInt = -1
    var follower: CInt = -1
    guard unsafe cp_open_terminal(&leader, &follower) == 0 else { throw Failure(code: errno) }
    return (leader, follower)
  }

  /// `fcntl(2)` with F_SETFL: makes our end of a pipe non-blocking.
  static func makeNonBlocking(_ descriptor: CInt) {
    _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK)
  }

  /// What became of a read.
  enum Reading: Equatable {
    case bytes(count: Int)
    case nothingNow
    case end
  }

  /// `read(2)` on a descriptor that does not block.
  static func read(_ descriptor: CInt, into space: inout [UInt8]) -> Reading {
    while true {
      let count = unsafe space.withUnsafeMutableBytes {
        unsafe Glibc.read(descriptor, $0.baseAddress, $0.count)
      }
      if count > 0 { return .bytes(count: count) }
      if count == 0 { return .end }
      switch errno {
      case EINTR: continue
      case EAGAIN: return .nothingNow
      default: return .end  // EIO: nobody has the terminal open any more (pty(7))
      }
    }
  }

  /// `write(2)` on a descriptor that does not block; it may be without a reader.
  ///
  /// - Returns: The count of bytes, 0 when there is no room now.
  static func write(_ descriptor: CInt, _ bytes: ArraySlice<UInt8>) throws(Failure) -> Int {
    var code: CInt = 0
    let count = unsafe bytes.withUnsafeBytes { bytes in
      unsafe cp_write(descriptor, bytes.baseAddress, bytes.count, &code)
    }
    if count >= 0 { return count }
    if code == EAGAIN { return 0 }
    throw Failure(code: code)
  }

  /// `memmem(3)`: where a text begins among bytes.
  static func position(of text: [UInt8], in bytes: ArraySlice<UInt8>) -> Int? {
    let offset = unsafe bytes.withUnsafeBytes { bytes in
      unsafe text.withUnsafeBytes { text in
        unsafe cp_find(bytes.baseAddress, bytes.count, text.baseAddress, text.count)
      }
    }
    return offset < 0 ? nil : bytes.startIndex + offset
  }

  /// `kill(2)`: whether the signal was sent; a negative number names a group.
  @discardableResult
  static func kill(_ pid: CInt, _ signal: CInt) -> Bool { Glibc.kill(pid, signal) == 0 }

  /// `chown(2)`.
  static func changeOwner(of path: String, to owner: Owner) throws(Failure) {
    guard unsafe chown(path, owner.user, owner.group) == 0 else { throw Failure(code: errno) }
  }

  /// To whom a file belongs.
  struct Owner {
    let user: UInt32
    let group: UInt32
  }

  /// The variables of this process, as `NAME=VALUE`.
  static var environment: [[UInt8]] {
    var variables: [[UInt8]] = []
    while let variable = unsafe cp_variable(variables.count) {
      let bytes = unsafe UnsafeRawBufferPointer(start: variable, count: strlen(variable))
      variables.append(unsafe Array(bytes))
    }
    return variables
  }

  /// `close(2)` of a number that has no other owner.
  static func close(_ descriptor: CInt) { _ = Glibc.close(descriptor) }

  /// `readlink(2)`: where a symbolic link leads.
  static func target(ofLink path: String) -> String? {
    var text = [UInt8](repeating: 0, count: Int(PATH_MAX))
    let count = unsafe text.withUnsafeMutableBytes { space in
      guard let start = space.baseAddress else { return -1 }
      return unsafe readlink(path, start.assumingMemoryBound(to: CChar.self), space.count)
    }
    return count < 0 ? nil : String(decoding: text.prefix(count), as: UTF8.self)
  }

  /// Where each descriptor of this process leads.
  static var descriptors: [CInt: String] {
    let directory = "/proc/self/fd"
    var descriptors: [CInt: String] = [:]
    for name in (try? FileSystem.names(in: directory)) ?? [] {
      let name = String(decoding: name, as: UTF8.self)
      // The one with which the directory was read is closed by now.
      guard let number = CInt(name), let target = target(ofLink: "\(directory)/\(name)") else {
        continue
      }
      descriptors[number] = target
    }
    return descriptors
  }

  /// The numbers of the sockets that a process has, as `/proc` shows them.
  static func socketNumbers(of pid: CInt) -> Set<String> {
    let directory = "/proc/\(pid)/fd"
    let names = (try? FileSystem.names(in: directory)) ?? []
    let targets = names.compactMap { name in
      target(ofLink: "\(directory)/\(String(decoding: name, as: UTF8.self))")
    }
    let mark = "socket:["
    return Set(
      targets.filter { $0.hasPrefix(mark) }.map { String($0.dropFirst(mark.count).dropLast()) }
    )
  }

  /// `stat(2)`: how many descriptors this process has, which is the size of their directory where the
  /// kernel tells it (since Linux 6.2).
  static var descriptorCount: Int {
    var record = stat()
    let isKnown = unsafe stat("/proc/self/fd", &record) == 0 && record.st_size > 0
    return isKnown ? Int(record.st_size) : descriptors.count
  }
}

// MARK: Watching

extension ProcessCalls {
  /// `waitid(2)`: how a child has ended, which is reaped; `nil` while it runs.
  static func end(of descriptor: CInt) -> ProcessEnd? {
    var end = cp_end()
    guard unsafe cp_wait(descriptor, true, &end), end.has_ended else { return nil }
    return ProcessEnd(end)
  }

  /// `read(2)`: how a program has ended of which its guard tells; `nil` while it runs.
  static func attendedEnd(at descriptor: CInt) -> ProcessEnd? {
    var end = cp_end()
    return unsafe cp_read_end(descriptor, &end) ? ProcessEnd(end) : nil
  }

  /// `getpid(2)`.
  static var ownNumber: CInt { getpid() }

  /// `waitpid(2)` of the adopted orphans that have ended; see `cp_reap_orphans`.
  ///
  /// - Returns: Whether there are some that are about to end.
  static func reapOrphans() -> Bool { cp_reap_orphans() }

  /// `waitid(2)` without waiting: whether this process has children.
  static var hasChildren: Bool {
    waitid(P_ALL, 0, nil, WEXITED | WNOHANG | WNOWAIT) == 0
  }

  /// Whether a child of this process's own group runs, as those of `io.popen` and `os.execute`.
  static var hasChildrenInGroup: Bool {
    hasChildren && runningChildren.contains { $0.group == getpgrp() }
  }

  /// `kill(2)` and `waitpid(2)` of every child that runs on, and of the orphans that they leave.
  ///
  /// - Parameter time: What children get to end by themselves: one whose output has ended may still be
  ///   about to.
  /// - Returns: What they were.
  static func endChildren(after time: Duration) -> [ProcessStatus] {
    awaitChildren(until: .after(time))
    var ended: [ProcessStatus] = []
    while hasChildren {
      let children = runningChildren
      if children.isEmpty { break }
      for child in children {
        kill(child.pid, SIGKILL)
        _ = waitpid(child.pid, nil, 0)
      }
      ended += children
    }
    return ended
  }

  private static var runningChildren: [ProcessStatus] {
    processes.filter { $0.parent == ownNumber && !$0.hasEnded }
  }

  private static func awaitChildren(until deadline: Deadline) {
    // A child may leave orphans, which are children then.
    while hasChildren, let child = runningChildren.first {
      while isRunning(child.pid) {
        if deadline.isPast { return }
        poll(nil, 0, 1)
      }
      if deadline.isPast { return }
    }
  }

  /// `waitid(2)`: whether a child runs; one that has ended is not reaped.
  private static func isRunning(_ child: CInt) -> Bool {
    var end = unsafe siginfo_t()
    let code = unsafe waitid(P_PID, id_t(child), &end, WEXITED | WNOHANG | WNOWAIT)
    return unsafe code == 0 && end.si_signo == 0
  }

  /// `pidfd_send_signal(2)`: kills a process that was seen, and no other one that has its number now.
  static func kill(_ seen: ProcessStatus) { _ = cp_kill_seen(seen.pid, seen.start) }

  /// What `/proc` says of all processes.
  static var processes: [ProcessStatus] {
    var walk = cp_walk()
    guard unsafe cp_walk_begin(&walk) else { return [] }
    var statuses: [ProcessStatus] = []
    var status = cp_status()
    while unsafe cp_walk_next(&walk, &status) { statuses.append(ProcessStatus(status)) }
    return statuses
  }

  /// What `/proc` says of one process.
  static func status(of pid: CInt) -> ProcessStatus? {
    var status = cp_status()
    return unsafe cp_status_of(pid, &status) ? ProcessStatus(status) : nil
  }
}

extension ProcessEnd {
  fileprivate init(_ end: cp_end) {
    self =
      end.was_signalled
      ? .signal(ProcessSignal(number: end.number), dumpedCore: end.dumped_core)
      : .exit(status: end.number)
  }
}

/// A process as `/proc/PID/stat` shows it (proc(5)).
struct ProcessStatus {
  let pid: CInt
  let parent: CInt
  let group: CInt
  let session: CInt
  /// When it was started, which no other process with its number shares.
  fileprivate let start: UInt64
  /// One letter: R runs, S sleeps, D waits for a device, T is stopped, Z has ended.
  let state: Character
  let name: String

  /// Whether it has ended or is about to; then its memory is gone, and its variables with it.
  let hasEnded: Bool

  fileprivate init(_ status: cp_status) {
    var status = status
    pid = status.pid
    parent = status.parent
    group = status.group
    session = status.session
    start = status.start
    hasEnded = status.is_ending
    state = Character(Unicode.Scalar(UInt8(bitPattern: status.state)))
    name = unsafe withUnsafeBytes(of: &status.name) { name in
      unsafe String(decoding: name.prefix { $0 != 0 }, as: UTF8.self)
    }
  }
}
