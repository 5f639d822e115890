internal import LocalSockets
internal import LuaBridge

// What happens in the process of a worker.

extension WorkerProcess {
  /// Does the jobs that come through a descriptor, until the other end closes.
  ///
  /// - Parameters:
  ///   - arguments: What follows ``FileSystem/workerArgument``: the numbers of the socket, of
  ///   the log's file, its spare and its payloads, and of the note for the guard.
  ///   - extensions: What scripts may use besides the scenario language.
  package static func run(_ arguments: [String], _ extensions: [PreludeExtension]) {
    let numbers = arguments.compactMap { CInt($0) }
    guard numbers.count == 5, let loop = try? EventLoop() else { return }
    let socket = LocalSocket(loop: loop)
    ProcessCalls.adoptOrphans()
    guard socket.setSocketDescriptor(numbers[0]), let greeting = nextLine(socket),
      let start = greeting["start"]?.integer
    else { return }
    let storage = LogStorage(inheriting: Array(numbers[1...3]), greeting["bounded"]?.bool)
    let log = EventLog(to: storage, since: Deadline(nanoseconds: Int64(start)))
    LuaRuntime.setLastListener(numbers[0])
    let configuration = CommonConfiguration(greeting)
    let note = GuardNote(inheriting: numbers[4])
    let worker = Worker(configuration, extensions, log: log, note: note) { message in
      _ = socket.write(message.line)
      if mustSend(message, socket) { _ = socket.waitForBytesWritten(timeout: nil) }
    }
    while let job = nextLine(socket).flatMap(Job.init), !Interruption.isRequested {
      worker.perform(job)
    }
    log.close()
  }

  /// Whether a message may not wait for the next one.
  ///
  /// That a job is done can be said together with the start of the next, which comes before any code
  /// of a script runs, so that the other process is woken once.
  private static func mustSend(_ message: WorkerMessage, _ socket: LocalSocket) -> Bool {
    guard case .done = message else { return true }
    // Waiting, be it for no time, would send it.
    if !socket.canReadLine { socket.receiveAvailable() }
    return !socket.canReadLine
  }

  private static func nextLine(_ socket: LocalSocket) -> JSONValue? {
    while !socket.canReadLine {
      guard socket.waitForReadyRead(timeout: nil) || socket.canReadLine else { return nil }
    }
    return socket.readLine().flatMap { try? JSONParser.parse($0.dropLast()) }
  }
}

// The form in which a configuration goes to a worker: its first line.
extension CommonConfiguration {
  /// Writes the first line for a worker.
  ///
  /// - Parameters:
  ///   - start: The run's start.
  ///   - isBounded: Whether its log may forget.
  /// - Returns: The line.
  func greeting(start: Deadline, isBounded: Bool) -> [UInt8] {
    var writer = JSONWriter()
    writer.beginObject()
    writer.member("start", Int(start.nanoseconds))
    writer.key("bounded")
    writer.value(isBounded)
    writer.member("memory", memoryLimit)
    writer.member("options", options)
    writer.member("arguments", arguments)
    writer.key("variables")
    writer.beginObject()
    for (name, value) in variables {
      writer.key(named: name)
      writer.value(value)
    }
    writer.endObject()
    writer.member("secrets", secretNames)
    writer.member("seed", seed)
    if let timeout { writer.member("timeout", Int(timeout.nanoseconds)) }
    writer.key("scale")
    writer.value(scale)
    writer.key("keep")
    writer.value(keepsDirectories)
    writer.key("filter")
    filter.write(to: &writer)
    writer.endObject()
    writer.endLine()
    return writer.bytes
  }

  init(_ json: JSONValue) {
    memoryLimit = json["memory"]?.integer ?? memoryLimit
    options = json["options"]?.strings ?? []
    arguments = json["arguments"]?.strings ?? []
    if case .object(let members) = json["variables"] {
      for member in members { variables[member.key] = member.value.string }
    }
    secretNames = json["secrets"]?.strings ?? []
    seed = json["seed"]?.integer ?? 0
    timeout = json["timeout"]?.integer.map { .nanoseconds($0) }
    scale = json["scale"]?.double ?? 1
    keepsDirectories = json["keep"]?.bool ?? false
    filter = json["filter"].map { ScenarioFilter($0) } ?? ScenarioFilter()
  }
}
