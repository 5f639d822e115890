internal import LocalSockets

/// Where the reports of a run go.
enum ReportOutputs {
  /// The reports that a configuration names: one to stdout, others to files, and what GitHub shows
  /// of a step where it runs there.
  ///
  /// - Throws: ``Failure`` of the environment when a file cannot be made.
  static func reporters(_ configuration: RunConfiguration) throws(Failure) -> [any Reporter] {
    let format = configuration.format
    var reporters = [
      configuration.reportKind.reporter(format: format, write: configuration.print)
    ]
    for file in configuration.reportFiles {
      let output = try ReportFile(file.path)
      reporters.append(file.kind.reporter(format: ReportFormat()) { output.write($0) })
    }
    let isForPeople = [.pretty, .line].contains(configuration.reportKind)
    if isForPeople, FileSystem.variable("GITHUB_ACTIONS") == "true" {
      reporters.append(GitHubReporter(isAlone: false, write: configuration.print))
    }
    if let path = FileSystem.variable("GITHUB_STEP_SUMMARY"), !path.isEmpty {
      let output = try ReportFile(path, appends: true)
      reporters.append(GitHubSummary { output.write($0) })
    }
    return reporters
  }
}

/// A file that a report is written to.
private final class ReportFile {
  private let descriptor: OwnedDescriptor

  init(_ path: String, appends: Bool = false) throws(Failure) {
    do throws(FileSystem.Failure) {
      descriptor =
        appends ? try FileSystem.openForAppending(path) : try FileSystem.makeFile(path)
    } catch {
      throw Failure(.environment, "cannot write \(printable(path)): \(error.reason)")
    }
  }

  func write(_ text: String) {
    _ = FileSystem.append(Array(text.utf8), to: descriptor.number)
  }
}
