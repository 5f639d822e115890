internal import LocalSockets

/// The standard streams of a process: its ends, and ours.
final class ProcessStreams {
  /// What we write to; `nil` where the process talks to a connection.
  let input: ProcessStream?
  let output: ProcessStream?
  let errors: ProcessStream?
  /// All three are one terminal.
  let isTerminal: Bool

  fileprivate init(
    input: ProcessStream?,
    output: ProcessStream?,
    errors: ProcessStream?,
    isTerminal: Bool
  ) {
    self.input = input
    self.output = output
    self.errors = errors
    self.isTerminal = isTerminal
  }

  /// Those that the process writes to, each once.
  var readable: [ProcessStream] {
    isTerminal ? [output].compactMap { $0 } : [output, errors].compactMap { $0 }
  }

  /// Closes our ends.
  func close() {
    input?.close()
    for stream in readable { stream.close() }
  }
}

extension ProcessStreams {
  /// Both ends of each stream, before the process is there.
  ///
  /// The ends for the process are closed with this value.
  struct Ends: ~Copyable {
    /// What becomes 0, 1 and 2.
    private(set) var numbers: [CInt] = []
    /// What has to be closed here once the process has it.
    private var theirs: [CInt] = []
    /// What stays here, in the order of the streams.
    private var ours: [CInt] = []
    private let kind: Kind

    private enum Kind {
      case pipes
      case terminal
      case connection
    }

    private init(_ kind: Kind) {
      self.kind = kind
    }

    deinit {
      for number in theirs + ours { ProcessCalls.close(number) }
    }

    /// Three pipes.
    static func pipes() throws(ProcessCalls.Failure) -> Ends {
      var ends = Ends(.pipes)
      let input = try ProcessCalls.makePipe()
      ends.add(theirs: input.reading, ours: input.writing)
      try ends.addOutput()
      try ends.addOutput()
      return ends
    }

    /// A terminal.
    static func terminal() throws(ProcessCalls.Failure) -> Ends {
      var ends = Ends(.terminal)
      let terminal = try ProcessCalls.openTerminal()
      ends.add(theirs: terminal.follower, ours: terminal.leader)
      ends.numbers = [terminal.follower, terminal.follower, terminal.follower]
      return ends
    }

    /// A connection for input and output, whose descriptor stays its owner's, and a pipe for errors.
    static func connection(_ descriptor: CInt) throws(ProcessCalls.Failure) -> Ends {
      var ends = Ends(.connection)
      ends.numbers = [descriptor, descriptor]
      try ends.addOutput()
      return ends
    }

    private mutating func addOutput() throws(ProcessCalls.Failure) {
      let pipe = try ProcessCalls.makePipe()
      add(theirs: pipe.writing, ours: pipe.reading)
    }

    private mutating func add(theirs: CInt, ours: CInt) {
      numbers.append(theirs)
      self.theirs.append(theirs)
      self.ours.append(ours)
    }

    /// Our ends as streams, once the process is there.
    consuming func opened(name: String, loop: EventLoop) -> ProcessStreams {
      let ours = ours
      let kind = kind
      self.ours = []
      func stream(_ index: Int, _ title: String, reads: Bool) -> ProcessStream {
        ProcessStream(
          "the \(title) of «\(name)»",
          descriptor: ours[index],
          reads: reads,
          writes: !reads || kind == .terminal,
          loop: loop
        )
      }
      switch kind {
      case .pipes:
        return ProcessStreams(
          input: stream(0, "standard input", reads: false),
          output: stream(1, "standard output", reads: true),
          errors: stream(2, "standard error", reads: true),
          isTerminal: false
        )
      case .terminal:
        let terminal = stream(0, "terminal", reads: true)
        return ProcessStreams(
          input: terminal,
          output: terminal,
          errors: terminal,
          isTerminal: true
        )
      case .connection:
        return ProcessStreams(
          input: nil,
          output: nil,
          errors: stream(0, "standard error", reads: true),
          isTerminal: false
        )
      }
    }
  }
}
