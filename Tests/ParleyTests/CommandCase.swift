import Glibc
import TestSupport
import Testing

/// A run of the command, as data: a folder with `cmd`, the scripts it needs, and what must come of
/// it in `stdout`, `stderr` and `status`, which `scripts/update-cases` writes.
struct CommandCase: CustomTestStringConvertible {
  let name: String

  private static let tests = "/" + #filePath.split(separator: "/").dropLast().joined(separator: "/")

  /// Every case, in alphabetical order.
  static var all: [CommandCase] {
    TextFile.names(in: "\(tests)/Cases").sorted().map { CommandCase(name: $0) }
  }

  private var folder: String { "\(Self.tests)/Cases/\(name)" }

  var testDescription: String { name }

  /// What must come of it.
  var expected: CommandResult {
    CommandResult(
      stdout: TextFile.contents(of: "\(folder)/stdout"),
      stderr: TextFile.contents(of: "\(folder)/stderr"),
      status: Int32(TextFile.contents(of: "\(folder)/status").prefix { $0 != "\n" }) ?? -1
    )
  }

  /// Makes what has come what must come.
  func expect(_ result: CommandResult) {
    TextFile.write(result.stdout, to: "\(folder)/stdout")
    TextFile.write(result.stderr, to: "\(folder)/stderr")
    TextFile.write("\(result.status)\n", to: "\(folder)/status")
  }

  /// Runs the command in a copy of the folder, with a TMPDIR of its own.
  ///
  /// - Parameter parley: The binary, which the command finds as `parley`.
  /// - Returns: What it wrote and returned, with `#` for what differs from run to run.
  func run(_ parley: String) -> CommandResult {
    let directory = TemporaryDirectory()
    TextFile.write(preparation(parley, in: directory.path), to: directory.file("start"))
    Self.unblockSignals()
    let status = unsafe system("exec bash '\(directory.file("start"))'")
    return CommandResult(
      stdout: normalized(TextFile.contents(of: directory.file("stdout")), directory.path),
      stderr: normalized(TextFile.contents(of: directory.file("stderr")), directory.path),
      status: status & 0x7f == 0 ? status >> 8 & 0xff : 128 + status & 0x7f,
      leftovers: TextFile.names(in: directory.file("tmp"))
    )
  }

  /// Lets the command have signals: it inherits that the threads tests run on block them all.
  private static func unblockSignals() {
    var none = sigset_t()
    unsafe sigemptyset(&none)
    unsafe pthread_sigmask(SIG_SETMASK, &none, nil)
  }

  private func preparation(_ parley: String, in directory: String) -> String {
    """
    set -e
    cd '\(directory)'
    mkdir tmp bin
    ln -s '\(parley)' bin/parley
    cp -R '\(folder)' work
    cd work
    rm -f stdout stderr status
    export TMPDIR='\(directory)/tmp' XDG_STATE_HOME='\(directory)/state' PATH='\(directory)/bin':"$PATH"
    export EXAMPLES='\(Self.tests)/../../examples' TERM=xterm
    unset COLUMNS NO_COLOR CI GITHUB_ACTIONS GITHUB_STEP_SUMMARY
    exec bash ./cmd >../stdout 2>../stderr </dev/null
    """
  }

  /// Puts `#` for what differs from run to run: times, and the names of directories.
  private func normalized(_ text: String, _ directory: String) -> String {
    text.replacing(directory, with: "$DIRECTORY")
      .replacing(/parley-[A-Za-z0-9]{6}/, with: "parley-######")
      .replacing(/parley-(test-)?[A-Za-z0-9]*…/, with: "parley-#…")
      .replacing(/\bin [0-9.]+s \((-j[0-9]+, )?seed [0-9]+\):/, with: "in #s (seed #):")
      .replacing(/\b[0-9]+\.[0-9]{3}(?=s\b|  )/, with: "#.###")
  }
}

/// What a command came to.
struct CommandResult: Equatable {
  var stdout: String
  var stderr: String
  var status: Int32
  /// What it left in TMPDIR.
  var leftovers: [String] = []
}
