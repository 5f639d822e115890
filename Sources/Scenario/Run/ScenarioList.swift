internal import LocalSockets

/// The scenarios of files, found without running them.
package struct ScenarioList {
  /// How a list is written.
  package enum Format: String, CaseIterable, Sendable {
    case text
    case json
  }

  private let configuration: CommonConfiguration
  private let extensions: [PreludeExtension]
  private var scenarios: [ScenarioDescription] = []

  /// Prepares a list.
  ///
  /// - Parameters:
  ///   - configuration: What the command line says.
  ///   - extensions: What scripts may use besides the scenario language.
  package init(_ configuration: CommonConfiguration, _ extensions: [PreludeExtension] = []) {
    self.configuration = configuration
    self.extensions = extensions
  }

  /// Looks for the scenarios of scripts.
  ///
  /// - Parameters:
  ///   - selection: The scripts.
  ///   - complain: Called with a sentence for each script that cannot be loaded.
  /// - Returns: The status with which the command ends.
  package mutating func find(
    in selection: ScriptSelection,
    complain: (String) -> Void
  ) -> ExitCode {
    guard let storage = try? LogStorage() else { return .environment }
    let log = EventLog(to: storage, since: .now)
    let worker = Worker(configuration, extensions, log: log) { _ in }
    var hasFailed = false
    var hasRefused = false
    for script in selection.scripts where !Interruption.isRequested {
      worker.perform(Job(task: .list, file: script.path, lines: script.lines))
      let range = log.scenarioOffset..<log.endOffset
      for event in LogReader.events(in: storage.file.number, range) {
        switch event.kind {
        case .declared(let scenario): scenarios.append(scenario)
        case .refused(let reason):
          complain("\(printable(script.path)): \(reason)")
          hasRefused = true
        case .scenarioEnded(let end):
          guard case .failed(let failure) = end.outcome else { break }
          let place = failure.location?.description ?? script.path
          complain("\(printable(place)): \(oneLine(failure.message))")
          hasFailed = true
        default: break
        }
      }
      FileSystem.forget(range, of: storage.file.number)
    }
    if let signal = Interruption.signal { return .signal(signal) }
    return hasFailed ? .unloadable : scenarios.isEmpty || hasRefused ? .nothingRan : .success
  }

  /// The list as it is printed.
  package func text(_ format: Format) -> String {
    switch format {
    case .text: scenarios.map { line($0) + "\n" }.joined()
    case .json: json
    }
  }

  private func line(_ scenario: ScenarioDescription) -> String {
    let options = scenario.options
    let place = scenario.lines.map { "\(scenario.file):\($0.lowerBound)" } ?? scenario.file
    var parts = [printable(place)]
    if !scenario.name.isEmpty { parts.append(printable(scenario.name)) }
    if !options.tags.isEmpty { parts.append("tags: \(options.tags.joined(separator: " "))") }
    if !options.needs.isEmpty {
      parts.append("needs: \(options.needs.map(\.description).joined(separator: " "))")
    }
    if let reason = options.skip { parts.append("skip: \(oneLine(reason))") }
    if let reason = options.todo { parts.append("todo: \(oneLine(reason))") }
    return parts.joined(separator: "  ")
  }

  /// An array with an object a scenario, a line each.
  private var json: String {
    let objects = scenarios.map { scenario in
      var writer = JSONWriter()
      writer.beginObject()
      writer.fields(of: scenario)
      writer.endObject()
      return String(decoding: writer.bytes, as: UTF8.self)
    }
    return "[\n" + objects.joined(separator: ",\n") + "\n]\n"
  }
}
