internal import LocalSockets

/// Where the reports of a run go.
struct ReportOutputs {
  let reporters: [any Reporter]
  private let files: [ReportFile]

  /// The reports that a configuration names: one to stdout, others to files, and what GitHub shows
  /// of a step where it runs there.
  ///
  /// - Throws: ``Failure`` of the environment when a file cannot be made.
  init(_ configuration: RunConfiguration) throws(Failure) {
    let format = configuration.format
    var reporters = [
      configuration.reportKind.reporter(format: format, write: configuration.print)
    ]
    var files: [ReportFile] = []
    for file in configuration.reportFiles {
      let output = try ReportFile(file.path)
      files.append(output)
      reporters.append(file.kind.reporter(format: ReportFormat()) { output.write($0) })
    }
    let isForPeople = [.pretty, .line].contains(configuration.reportKind)
    if isForPeople, FileSystem.variable("GITHUB_ACTIONS") == "true" {
      reporters.append(GitHubReporter(isAlone: false, write: configuration.print))
    }
    if let path = FileSystem.variable("GITHUB_STEP_SUMMARY"), !path.isEmpty {
      let output = try ReportFile(path, appends: true)
      files.append(output)
      reporters.append(GitHubSummary { output.write($0) })
    }
    self.reporters = reporters
    self.files = files
  }

  /// Why files lack a part of their reports, a sentence each.
  var problems: [String] { files.compactMap(\.problem) }
}

/// A file that a report is written to.
private final class ReportFile {
  private let path: String
  private let descriptor: OwnedDescriptor
  /// Why a part of it could not be written; what would follow that part is not written either.
  private(set) var problem: String?

  init(_ path: String, appends: Bool = false) throws(Failure) {
    self.path = path
    do throws(FileSystem.Failure) {
      descriptor =
        appends ? try FileSystem.openForAppending(path) : try FileSystem.makeFile(path)
    } catch {
      throw Failure(.environment, "cannot write \(printable(path)): \(error.reason)")
    }
  }

  func write(_ text: String) {
    guard problem == nil else { return }
    do throws(FileSystem.Failure) {
      try FileSystem.writeAll(Array(text.utf8), to: descriptor.number)
    } catch {
      problem = "cannot write the report \(printable(path)): \(error.reason)"
    }
  }
}
