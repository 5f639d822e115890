/// How a process has ended.
enum ProcessEnd: Hashable, Sendable {
  case exit(status: CInt)
  case signal(ProcessSignal, dumpedCore: Bool)

  /// The end as a predicate: `exited with status 1`.
  var phrase: String {
    switch self {
    case .exit(let status): "exited with status \(status)"
    case .signal(let signal, let dumpedCore):
      "was ended by \(signal.name)\(dumpedCore ? " (core dumped)" : "")"
    }
  }

  var signal: ProcessSignal? {
    if case .signal(let signal, _) = self { signal } else { nil }
  }
}
