internal import LocalSocketLua

/// Finds and runs scenarios, one after the other, and writes its log.
///
/// It works in the run's own process or in one of its own, and does not know which.
final class Worker {
  private let configuration: CommonConfiguration
  private let language: PreludeCode
  let log: EventLog
  private let tell: (WorkerMessage) -> Void
  private let note: GuardNote?
  private let pause: ((PausedScenario) -> Void)?
  /// The script that was loaded last, as other blocks of it may be wanted next.
  private var lastScript: KnownScript?
  /// Whether the job's scenario has begun.
  private var hasBegun = false
  /// What the scenario has come to; recorded when its state is gone, which shows what it leaves.
  private var result: (outcome: RunOutcome, scenario: ScenarioDescription)?
  /// What `os.execute` or `io.popen` has started and the scenario has left running.
  private var children: [ProcessStatus] = []
  /// The scripts that events have named so far.
  private var knownFiles: Set<String> = []
  /// The descriptors of the process; `nil` where others than scenarios open some.
  private var census: DescriptorCensus?

  /// A script that has been loaded.
  private struct KnownScript {
    let script: Script
    let code: [UInt8]
    /// Made when a second block of it is to be run.
    lazy var outline = BlockOutline(script.luaSource)
  }

  /// Sets a worker up.
  ///
  /// - Parameters:
  ///   - configuration: What the run's processes are told.
  ///   - extensions: What scripts may use besides the scenario language.
  ///   - log: Where everything is recorded.
  ///   - note: That of the process, where it does nothing else and has a guard.
  ///   - pause: Called with each scenario that fails, before it is taken down.
  ///   - tell: Called with what is to be known at once.
  init(
    _ configuration: CommonConfiguration,
    _ extensions: [PreludeExtension],
    log: EventLog,
    note: GuardNote? = nil,
    pause: ((PausedScenario) -> Void)? = nil,
    tell: @escaping (WorkerMessage) -> Void
  ) {
    self.configuration = configuration
    language = PreludeCode(extensions)
    self.log = log
    self.note = note
    self.pause = pause
    self.tell = tell
    census = note == nil ? nil : DescriptorCensus()
    log.secretMarked = { value in tell(.secret(value)) }
    for value in configuration.secretValues { log.hide(value) }
  }

  /// Does a job, and says when it is done.
  func perform(_ job: Job) {
    log.begin(scenario: job.number)
    hasBegun = false
    children = []
    census?.begin()
    do {
      switch job.task {
      case .open: try open(try Script(path: job.file), job, runs: true)
      case .list: try open(try Script(path: job.file), job, runs: false)
      case .run(let name): try run(name, job)
      }
    } catch {
      let file = ScenarioDescription(file: job.file)
      if !hasBegun { begin(file, job) }
      record(.failed(error), of: file)
    }
    endScenario()
    let range = log.scenarioOffset..<log.endOffset
    let part = LogPart(
      range: range,
      start: log.startOffset,
      last: log.lastOffset,
      files: ([job.file] + log.namedFiles).filter { knownFiles.insert($0).inserted },
      isSpare: log.isSpare,
      problem: log.problem
    )
    tell(.done(part))
  }

  // MARK: Finding

  private func open(_ script: Script, _ job: Job, runs: Bool) throws(Failure) {
    if let last = job.lines.last, last > script.lineCount {
      let length = counted(script.lineCount, "line")
      return refuse("line \(last) is beyond its end (\(length))")
    }
    let whole = ScenarioDescription(script, configuration)
    if runs, whole.options.reasonToSkip != nil {
      if configuration.filter.matches(whole) { skip(whole, job) }
      return
    }
    try inSession(of: script) { (session) throws(Failure) in
      // Only what may declare blocks has to run before it is known what there is.
      if session.mayDeclareBlocks {
        tell(.looking)
        session.start()
      }
      if !runs, case .failed(let failure) = session.outcome, failure.kind == .loadError {
        throw failure
      }
      if session.hasBlocks { return openBlocks(in: session, job, runs: runs) }
      guard configuration.filter.matches(whole) else { return }
      if !runs { return log.append(.declared(whole)) }
      begin(whole, job)
      if !session.mayDeclareBlocks { session.start() }
      // Another file of Lua may have declared them, when this one called for it.
      if session.hasBlocks { return openBlocks(in: session, job, runs: runs) }
      record(session.finish(), of: whole)
    }
  }

  private func openBlocks(in session: Session, _ job: Job, runs: Bool) {
    let blocks = session.blocks
    if let line = job.lines.first(where: { line in !blocks.contains { $0.lines.contains(line) } }) {
      return refuse("no scenario stands at line \(line)")
    }
    let selected = blocks.indices.filter { index in
      let isNamed = job.lines.isEmpty || job.lines.contains { blocks[index].lines.contains($0) }
      return isNamed && configuration.filter.matches(blocks[index].description(in: session.script))
    }
    if !runs {
      for index in selected {
        log.append(.declared(blocks[index].description(in: session.script)))
      }
    } else if let first = selected.first {
      run(blocks[first], in: session, job, rest: selected.dropFirst().map { blocks[$0].name })
    }
  }

  /// Says why a line of the script selects nothing.
  private func refuse(_ reason: String) {
    log.append(.refused(reason))
  }

  // MARK: Running

  /// Makes a state, loads the script in it, and then the body.
  private func inSession(
    of script: Script,
    only block: String? = nil,
    code known: Session.KnownCode? = nil,
    _ body: (Session) throws(Failure) -> Void
  ) throws(Failure) {
    let session = try Session(
      script,
      configuration: configuration,
      language: language,
      log: log,
      only: block,
      // To close a file of `io.popen`, as the state does, is to wait for its process.
      with: Session.Additions(
        note: note,
        closing: { [self] time in children += clearChildren(after: time) }
      ),
      pause: pause
    )
    Interruption.watch(session.library.loop)
    defer {
      Interruption.watch(nil)
      session.close()
    }
    if let known {
      try session.load(known)
    } else {
      lastScript = KnownScript(script: script, code: try session.load())
    }
    try body(session)
  }

  private func run(_ name: String?, _ job: Job) throws(Failure) {
    if lastScript?.script.path != job.file { lastScript = nil }
    let script = if let lastScript { lastScript.script } else { try Script(path: job.file) }
    let text = name.flatMap { name in lastScript?.outline?.text(for: name) }
    let code = text.map(Session.KnownCode.text) ?? lastScript.map { .compiled($0.code) }
    try inSession(of: script, only: name, code: code) { (session) throws(Failure) in
      let whole = ScenarioDescription(script, configuration)
      guard let name else {
        begin(whole, job)
        session.start()
        return record(session.finish(), of: whole)
      }
      session.start()
      if case .failed(let failure) = session.outcome { throw failure }
      guard let block = session.blocks.first(where: { $0.name == name }) else {
        let declaration = "the script did not declare its scenario \"\(name)\" again"
        throw Failure(.scriptError, declaration)
      }
      run(block, in: session, job)
    }
  }

  private func run(_ block: ScenarioBlock, in session: Session, _ job: Job, rest: [String] = []) {
    let scenario = block.description(in: session.script)
    begin(scenario, job, rest: rest)
    if let reason = scenario.options.reasonToSkip {
      return record(.skipped(reason: reason), of: scenario)
    }
    session.run(block)
    record(session.finish(), of: scenario)
  }

  private func begin(_ scenario: ScenarioDescription, _ job: Job, rest: [String] = []) {
    var scenario = scenario
    scenario.attempt = job.attempt
    log.append(.scenarioStarted(scenario))
    hasBegun = true
    tell(.started(title: scenario.title, rest: rest))
  }

  private func skip(_ scenario: ScenarioDescription, _ job: Job) {
    begin(scenario, job)
    record(.skipped(reason: scenario.options.reasonToSkip ?? ""), of: scenario)
  }

  private func record(_ outcome: RunOutcome, of scenario: ScenarioDescription) {
    result = (outcome, scenario)
  }

  private func endScenario() {
    guard let (outcome, scenario) = result.take() else { return }
    let isChecked = !scenario.options.allow.contains("leaks")
    let left = isChecked ? census?.leftovers ?? [] : []
    let running = children + clearChildren()
    let isFile = scenario.name.isEmpty
    let checked = outcome.failing(ofLeft: left, inHeader: isFile)
      .failing(ofRunning: isChecked ? running : [], inHeader: isFile)
    let end = checked.turned(by: scenario.options.todo)
    if end.failureCode != nil,
      let command = configuration.command(for: scenario.file, hiding: log.secrets)
    {
      log.append(command)
    }
    log.appendEnd(end)
  }

  /// Ends what `os.execute` or `io.popen` has started and left running, where no others have children here.
  ///
  /// - Returns: What was left.
  private func clearChildren(after time: Duration = Session.cleanupTime) -> [ProcessStatus] {
    census == nil ? [] : ProcessCalls.endChildren(after: time)
  }
}

extension ScenarioOptions {
  /// Why the scenario is not to be run; `nil` when it is.
  var reasonToSkip: String? {
    skip ?? needs.lazy.compactMap(\.reasonMissing).first
  }
}

extension ScenarioDescription {
  /// The file as one scenario.
  init(_ script: Script, _ configuration: CommonConfiguration) {
    self.init(file: script.path)
    options = configuration.adapted(script.options)
  }
}
