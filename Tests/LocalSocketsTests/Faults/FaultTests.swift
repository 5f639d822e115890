#if DEBUG
import LocalSockets
import TestSupport
import Testing

/// Each error of each system call on each path.
///
/// A path is one line in the files beside this one. What comes of its fault is a delay of which
/// nobody hears, or the documented error, after which the next try succeeds.
@Suite("Faults of system calls")
struct FaultTests {
  @Test(arguments: FaultPath.connecting.flatMap(\.cases))
  func `a connect is delayed or fails as documented`(fault: FaultCase) throws {
    try fault.run()
  }

  @Test(arguments: FaultPath.listening.flatMap(\.cases))
  func `a listen fails as documented and leaves no file`(fault: FaultCase) throws {
    try fault.run()
  }

  @Test(arguments: FaultPath.accepting.flatMap(\.cases))
  func `a server that cannot accept goes on listening`(fault: FaultCase) throws {
    try fault.run()
  }

  @Test(arguments: FaultPath.leaving.flatMap(\.cases))
  func `a server closes although its file stays`(fault: FaultCase) throws {
    try fault.run()
  }

  @Test(arguments: FaultPath.sending.flatMap(\.cases))
  func `bytes are sent late or the connection ends as documented`(fault: FaultCase) throws {
    try fault.run()
  }

  @Test(arguments: FaultPath.receiving.flatMap(\.cases))
  func `bytes are received late or the connection ends as documented`(fault: FaultCase) throws {
    try fault.run()
  }

  @Test(arguments: FaultPath.sendingMessages.flatMap(\.cases))
  func `messages are sent late or fail as documented`(fault: FaultCase) throws {
    try fault.run()
  }

  @Test(arguments: FaultPath.receivingMessages.flatMap(\.cases))
  func `messages are received late or fail as documented`(fault: FaultCase) throws {
    try fault.run()
  }

  @Test(arguments: FaultPath.naming.flatMap(\.cases))
  func `what cannot get its name leaves no file`(fault: FaultCase) throws {
    try fault.run()
  }

  @Test(arguments: FaultPath.adopting.flatMap(\.cases))
  func `a descriptor that cannot be used stays whose it was`(fault: FaultCase) throws {
    try fault.run()
  }

  @Test(arguments: FaultPath.polling.flatMap(\.cases))
  func `a poll that fails ends the wait and nothing else`(fault: FaultCase) throws {
    try fault.run()
  }

  @Test(arguments: FaultPath.closing.flatMap(\.cases))
  func `a connection ends with its last bytes or as documented`(fault: FaultCase) throws {
    try fault.run()
  }

  @Test(arguments: FaultPath.others.flatMap(\.cases))
  func `what cannot be made or asked is told to the caller`(fault: FaultCase) throws {
    try fault.run()
  }

  @Test(arguments: FaultPath.loops.flatMap(\.cases))
  func `a loop tells of what it cannot do and goes on later`(fault: FaultCase) throws {
    try fault.run()
  }

  @Test func `no fault on any path leaves a descriptor open`() async {
    await #expect(processExitsWith: .success) {
      let all = FaultPath.all.flatMap(\.cases)
      var before = DescriptorCount.sockets
      let anonymous = DescriptorCount.anonymous
      for fault in all {
        try fault.run()
        let after = DescriptorCount.sockets
        #expect(after == before, "\(fault.testDescription)")
        before = after
      }
      // The runtime may have opened one or two of its own meanwhile.
      #expect(DescriptorCount.anonymous <= anonymous + 2)
    }
  }

  @Test func `each system call has its errors in the table`() {
    for call in SystemCall.allCases {
      #expect(!call.manualErrors.isEmpty, "\(call.rawValue)")
    }
  }

  @Test func `each system call fails on some path`() {
    #expect(Set(FaultPath.all.map(\.call)) == Set(SystemCall.allCases))
  }
}

extension FaultPath {
  static let all =
    connecting + listening + accepting + leaving + naming + adopting
    + sending + receiving + sendingMessages + receivingMessages + polling + closing + others + loops
}
#endif
