import Glibc
import TestSupport

@testable import Scenario

extension ScriptRun {
  /// Whether a program is on the PATH, for tests that need one.
  static func has(_ program: String) -> Bool {
    let directories = (FileSystem.variable("PATH") ?? "").split(separator: ":")
    return directories.contains { FileSystem.isExecutable("\($0)/\(program)") }
  }

  /// Runs the one scenario of a script.
  static func result(_ source: String) -> (outcome: RunOutcome?, output: String) {
    let script = ScriptRun(source)
    let outcome = script.run().1.first?.outcome
    return (outcome, script.output)
  }

  /// Whether a process runs whose command line holds a text.
  static func isRunning(_ text: String) -> Bool {
    ProcessCalls.processes.contains { process in
      let line = (try? FileSystem.contents(of: "/proc/\(process.pid)/cmdline")) ?? []
      return process.pid != getpid() && !process.hasEnded
        && String(decoding: line, as: UTF8.self).contains(text)
    }
  }
}
