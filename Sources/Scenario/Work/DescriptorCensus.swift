/// The descriptors of this process, to tell which ones a scenario leaves behind.
struct DescriptorCensus {
  /// Those that were open before.
  private var known: Set<CInt> = []
  private let kernel: Kernel

  /// Where the kernel tells what is open.
  struct Kernel {
    var count: () -> Int = { ProcessCalls.descriptorCount }
    var descriptors: () -> [CInt: String] = { ProcessCalls.descriptors }
  }

  init(of kernel: Kernel = Kernel()) {
    self.kernel = kernel
  }

  /// Counts before a scenario.
  mutating func begin() {
    // As many as last time are the same ones.
    if kernel.count() != known.count { known = Set(kernel.descriptors().keys) }
  }

  /// What has been opened since and is open still: "12 (/dev/null)".
  var leftovers: [String] {
    guard kernel.count() > known.count else { return [] }
    return kernel.descriptors()
      // Event queues are parley's own.
      .filter { !known.contains($0.key) && !$0.value.hasPrefix("anon_inode:[event") }
      .sorted { $0.key < $1.key }
      .map { "\($0.key) (\($0.value))" }
  }
}

extension RunOutcome {
  /// Fails a scenario that has left descriptors behind, unless it has failed of something else.
  ///
  /// - Parameters:
  ///   - descriptors: Each with what it leads to.
  ///   - inHeader: Whether the file is the scenario, whose options are in its header.
  /// - Returns: The outcome, as it was where there are none.
  func failing(ofLeft descriptors: [String], inHeader: Bool) -> RunOutcome {
    guard !descriptors.isEmpty else { return self }
    let count = counted(descriptors.count, "descriptor")
    return failing(
      ofLeak: "the scenario left \(count) open: \(descriptors.joined(separator: ", "))",
      inHeader: inHeader
    )
  }

  /// Fails a scenario whose script has left children running, unless it has failed of something else.
  ///
  /// - Parameters:
  ///   - children: Those of this process.
  ///   - inHeader: Whether the file is the scenario, whose options are in its header.
  /// - Returns: The outcome, as it was where there are none.
  func failing(ofRunning children: [ProcessStatus], inHeader: Bool) -> RunOutcome {
    guard !children.isEmpty else { return self }
    let names = children.map { "\($0.name) (pid \($0.pid))" }.joined(separator: ", ")
    return failing(ofLeak: "the script left processes behind: \(names)", inHeader: inHeader)
  }

  private func failing(ofLeak message: String, inHeader: Bool) -> RunOutcome {
    switch self {
    case .passed:
      var failure = Failure(.check, message)
      failure.notes = [ScenarioOptions.advice(allowing: ["leaks"], inHeader: inHeader)]
      return .failed(failure)
    case .failed(var failure) where failure.kind == .check:
      failure.remarks.append("besides, \(message)")
      return .failed(failure)
    default: return self
    }
  }
}
