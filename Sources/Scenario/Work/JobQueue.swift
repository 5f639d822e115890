/// What is still to be done in a run, in its order.
struct JobQueue {
  private let configuration: RunConfiguration
  private var jobs: [Job] = []
  private var nextIndex = 0
  private var nextNumber = 1
  /// What was handed out last.
  private(set) var current: Job?
  /// The scenarios that a first look at all files has found, for an order that mixes them.
  private var found: [Job] = []
  private var isLooking = false

  init(_ configuration: RunConfiguration) {
    self.configuration = configuration
  }

  /// Whether nothing is left.
  var isEmpty: Bool { nextIndex == jobs.count }

  /// What has not been handed out.
  var unrun: Unrun {
    var unrun = Unrun(scenarios: isLooking ? found.count * configuration.rounds : 0)
    for job in jobs[nextIndex...] {
      if case .run = job.task { unrun.scenarios += 1 } else { unrun.scripts += 1 }
    }
    return unrun
  }

  /// Whether all files are looked at before any scenario is run.
  private var mustLookFirst: Bool { configuration.shuffles || configuration.failedFirst != nil }

  /// Queues the scenarios of files.
  mutating func fill(_ selection: ScriptSelection) {
    isLooking = mustLookFirst
    for round in 0..<(isLooking ? 1 : configuration.rounds) {
      for script in selection.scripts {
        jobs.append(
          Job(task: isLooking ? .list : .open, file: script.path, lines: script.lines, round: round)
        )
      }
    }
  }

  /// Hands out what is next.
  mutating func next() -> Job? {
    guard !isEmpty else { return nil }
    var job = jobs[nextIndex]
    nextIndex += 1
    // What was handed out is let go from time to time.
    if nextIndex > 1000 {
      jobs.removeFirst(nextIndex)
      nextIndex = 0
    }
    job.number = nextNumber
    nextNumber += 1
    current = job
    return job
  }

  /// Puts a job that was not begun back to the front.
  mutating func putBack(_ job: Job) {
    jobs.insert(job, at: nextIndex)
  }

  /// Queues the other blocks of the file whose first one has begun.
  mutating func found(_ blocks: [String], of job: Job? = nil) {
    guard let job = job ?? current else { return }
    let rest = blocks.map { name in
      Job(task: .run(block: name), file: job.file, round: job.round)
    }
    jobs.insert(contentsOf: rest, at: nextIndex)
  }

  /// Takes note of the scenarios that a file was found to have.
  mutating func declared(_ events: [Event]) {
    for case .declared(let scenario) in events.map(\.kind) {
      let block = scenario.name.isEmpty ? nil : scenario.name
      found.append(Job(task: .run(block: block), file: scenario.file))
    }
  }

  /// Queues what the first look has found, once that is over.
  ///
  /// - Returns: Whether there was something.
  mutating func mix() -> Bool {
    guard isLooking, isEmpty else { return false }
    isLooking = false
    var generator = SplitMix(seed: configuration.common.seed)
    for round in 0..<configuration.rounds {
      var jobs = found
      for index in jobs.indices { jobs[index].round = round }
      if configuration.shuffles { jobs.shuffle(using: &generator) }
      if let first = configuration.failedFirst {
        jobs = jobs.filter { first.contains($0.key) } + jobs.filter { !first.contains($0.key) }
      }
      self.jobs += jobs
    }
    found = []
    return !isEmpty
  }

  /// Queues another try.
  mutating func retry(_ result: ScenarioResult, of job: Job) {
    var next = Job(
      task: .run(block: result.name.isEmpty ? nil : result.name),
      file: job.file,
      round: job.round
    )
    next.attempt = result.attempts + 1
    putBack(next)
  }
}

/// Random numbers that follow from a seed alone (SplitMix64).
struct SplitMix: RandomNumberGenerator {
  private var state: UInt64

  init(seed: Int) {
    state = UInt64(bitPattern: Int64(seed))
  }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var word = state
    word = (word ^ word >> 30) &* 0xbf58_476d_1ce4_e5b9
    word = (word ^ word >> 27) &* 0x94d0_49bb_1331_11eb
    return word ^ word >> 31
  }
}
