import Glibc
import TestSupport

/// A directory in which the command that was built together with the tests fuzzes scripts.
final class FuzzRun {
  let directory = TemporaryDirectory()

  /// The command; `nil` where scripts/test has not said where it is.
  static let parley = unsafe getenv("PARLEY_BIN").map { unsafe String(cString: $0) }

  /// How a command has ended, and what it has written.
  struct Result {
    let status: CInt
    let output: String
  }

  init(_ script: String = "") {
    if !script.isEmpty { directory.write(script, to: "script.lua") }
  }

  /// Runs the command in the directory, for at most two minutes.
  func run(_ arguments: String) -> Result {
    shell("exec timeout 120 '\(Self.parley ?? "")' \(arguments)")
  }

  /// Runs a line of the shell in the directory.
  func shell(_ line: String) -> Result {
    var none = sigset_t()
    unsafe sigemptyset(&none)
    unsafe pthread_sigmask(SIG_SETMASK, &none, nil)
    let output = directory.file("output")
    directory.write(
      "cd '\(directory.path)'\nexport TMPDIR='\(directory.path)'\n\(line)\n",
      to: "line"
    )
    let status = unsafe system("bash '\(directory.file("line"))' >'\(output)' 2>&1")
    return Result(
      status: status & 0x7f == 0 ? status >> 8 & 0xff : 128 + status & 0x7f,
      output: directory.text(of: "output")
    )
  }

  /// The findings' directories, in alphabetical order.
  func findings(in output: String = "script.lua.findings", block: String = "block") -> [String] {
    let path = directory.file("\(output)/\(block)")
    return TemporaryDirectory.names(in: path).sorted().map { "\(output)/\(block)/\($0)" }
  }
}
