/// What is still to be done in a run, in its order.
///
/// Each round is planned as a count of what is to be done again, so that the queue does not grow with
/// the rounds.
struct JobQueue {
  private let configuration: RunConfiguration
  private var scripts: [ScriptSelection.Script] = []
  /// The scenarios that a first look at all files has found, for an order that mixes them.
  private var found: [Job] = []
  /// The order of those in the round under way.
  private var mixed: [Job] = []
  private var phase = Phase.running
  private var generator: SplitMix
  /// How much of what is planned has been handed out, over all rounds.
  private var plannedIndex = 0
  /// What comes before all that is planned, the first one last.
  private var urgent: [Job] = []
  private var nextNumber = 1
  /// What was handed out last.
  private(set) var current: Job?

  private enum Phase {
    /// All scripts are looked at, before any scenario is run.
    case looking
    /// What was found is run, in an order of its own.
    case mixing
    /// Scripts are run in their order.
    case running
  }

  init(_ configuration: RunConfiguration) {
    self.configuration = configuration
    generator = SplitMix(seed: configuration.common.seed)
  }

  /// How much is done in a round.
  private var roundLength: Int { phase == .mixing ? found.count : scripts.count }

  private var plannedCount: Int { roundLength * (phase == .looking ? 1 : configuration.rounds) }

  /// Whether nothing is left.
  var isEmpty: Bool { urgent.isEmpty && plannedIndex == plannedCount }

  /// What has not been handed out.
  var unrun: Unrun {
    var unrun = Unrun()
    let left = plannedCount - plannedIndex
    if phase == .mixing { unrun.scenarios = left } else { unrun.scripts = left }
    if phase == .looking { unrun.scenarios = found.count * configuration.rounds }
    for job in urgent {
      if case .run = job.task { unrun.scenarios += 1 } else { unrun.scripts += 1 }
    }
    return unrun
  }

  /// Queues the scenarios of files.
  mutating func fill(_ selection: ScriptSelection) {
    scripts = selection.scripts
    if configuration.shuffles || configuration.failedFirst != nil { phase = .looking }
  }

  /// Hands out what is next.
  mutating func next() -> Job? {
    guard !isEmpty else { return nil }
    var job = urgent.popLast() ?? nextPlanned()
    job.number = nextNumber
    nextNumber += 1
    current = job
    return job
  }

  private mutating func nextPlanned() -> Job {
    let index = plannedIndex % roundLength
    plannedIndex += 1
    if phase == .mixing {
      if index == 0 { mix() }
      return mixed[index]
    }
    let script = scripts[index]
    let task = phase == .looking ? Job.Task.list : .open
    return Job(task: task, file: script.path, lines: script.lines)
  }

  /// Makes the order of a round.
  private mutating func mix() {
    mixed = found
    if configuration.shuffles { mixed.shuffle(using: &generator) }
    guard let first = configuration.failedFirst else { return }
    mixed = mixed.filter { first.contains($0.key) } + mixed.filter { !first.contains($0.key) }
  }

  /// Puts a job that was not begun back to the front.
  mutating func putBack(_ job: Job) {
    urgent.append(job)
  }

  /// Queues the other blocks of the file whose first one has begun.
  mutating func found(_ blocks: [String], of job: Job? = nil) {
    guard let job = job ?? current else { return }
    urgent += blocks.reversed().map { Job(task: .run(block: $0), file: job.file) }
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
  mutating func endLooking() -> Bool {
    guard phase == .looking, isEmpty else { return false }
    phase = .mixing
    plannedIndex = 0
    return !isEmpty
  }

  /// Queues another try.
  mutating func retry(_ result: ScenarioResult, of job: Job) {
    let task = Job.Task.run(block: result.name.isEmpty ? nil : result.name)
    var next = Job(task: task, file: job.file)
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
