internal import LocalSocketLua
package import LuaBridge

/// Runs single blocks of a script for a caller that reports by itself, as a campaign of fuzzing does.
package struct BlockRunner {
  private let script: Script
  private let configuration: CommonConfiguration
  private let language: PreludeCode
  private let note: GuardNote?

  /// Reads a script.
  ///
  /// - Parameters:
  ///   - path: The script.
  ///   - configuration: What the command line says.
  ///   - language: The scenario language, and what the caller adds to it.
  ///   - note: That for the guard of this process, where it has one.
  /// - Throws: ``Failure(.loadError)`` when it cannot be read.
  package init(
    script path: String,
    configuration: CommonConfiguration,
    language: PreludeCode,
    note: GuardNote?
  ) throws(Failure) {
    script = try Script(path: path)
    // What a target leaves behind when it dies is ours to end.
    ProcessCalls.adoptOrphans()
    self.configuration = configuration
    self.language = language
    self.note = note
  }

  /// The blocks that the script declares, with their lines.
  ///
  /// - Parameter natives: What is added to the prelude.
  /// - Returns: Their names and lines, in the order of the script.
  /// - Throws: ``Failure`` when the script does not load or its top-level code fails.
  package func blocks(
    _ natives: [LuaFunction]
  ) throws(Failure) -> [(name: String, lines: ClosedRange<Int>)] {
    try inSession(natives) { (session) throws(Failure) in
      session.blocks.map { ($0.name, $0.lines) }
    }
  }

  /// Runs a block to its end, without a time-out.
  ///
  /// - Parameters:
  ///   - name: The block's name.
  ///   - natives: What is added to the prelude.
  /// - Returns: Why the block has failed; `nil` when it passed.
  /// - Throws: ``Failure`` when the script does not get as far as the block.
  package func run(_ name: String, _ natives: [LuaFunction]) throws(Failure) -> Failure? {
    try inSession(only: name, natives) { (session) throws(Failure) in
      guard var block = session.blocks.first(where: { $0.name == name }) else {
        throw Failure(.scriptError, "the script did not declare \"\(name)\" again")
      }
      block.options.timeout = .seconds(1 << 31)
      session.run(block)
      guard case .failed(let failure) = session.finish() else { return nil }
      return failure
    }
  }

  private func inSession<Result>(
    only name: String? = nil,
    _ natives: [LuaFunction],
    _ body: (Session) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    let log: EventLog
    do throws(FileSystem.Failure) { log = EventLog(to: try LogStorage()) { .zero } } catch {
      throw Failure(.environment, "cannot make a log in memory: \(error.reason)")
    }
    let session = try Session(
      script,
      configuration: configuration,
      language: language,
      log: log,
      only: name,
      with: Session.Additions(natives: natives, playsCases: true, note: note)
    )
    Interruption.watch(session.library.loop)
    defer {
      Interruption.watch(nil)
      session.close()
    }
    _ = try session.load()
    session.start()
    if case .failed(let failure) = session.outcome { throw failure }
    return try body(session)
  }
}
