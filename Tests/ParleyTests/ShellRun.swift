import Glibc
import TestSupport

/// A shell script that is run in a copy of a folder, with a TMPDIR of its own.
struct ShellRun {
  /// What the shell runs.
  let script: String
  /// Where its files are.
  let folder: String

  private static let tests = "/" + #filePath.split(separator: "/").dropLast().joined(separator: "/")

  /// The folder of the command's cases.
  static let cases = "\(tests)/Cases"
  /// The folder of the examples.
  static let examples = "\(tests)/../../examples"

  /// Runs the script.
  ///
  /// - Parameter parley: The binary, which the script finds as `parley`.
  /// - Returns: What it wrote and returned, status 124 where it took two minutes, with `#` for what differs from run to run.
  func result(_ parley: String) -> CommandResult {
    let directory = TemporaryDirectory()
    TextFile.write(preparation(parley, in: directory.path), to: directory.file("start"))
    Self.unblockSignals()
    let status = unsafe system("exec timeout -k 5 120 bash '\(directory.file("start"))'")
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

  /// The directory lets everybody pass, for what the script starts as another user.
  private func preparation(_ parley: String, in directory: String) -> String {
    """
    set -e
    cd '\(directory)'
    chmod a+x .
    mkdir tmp bin
    ln -s '\(parley)' bin/parley
    cp -R '\(folder)' work
    cd work
    rm -f stdout stderr status
    export TMPDIR='\(directory)/tmp' XDG_STATE_HOME='\(directory)/state' PATH='\(directory)/bin':"$PATH"
    export TERM=xterm
    unset COLUMNS NO_COLOR CI GITHUB_ACTIONS GITHUB_STEP_SUMMARY
    exec >../stdout 2>../stderr </dev/null
    \(script)
    """
  }

  /// Puts `#` for what differs from run to run: times, seeds, processes, and the names of directories.
  private func normalized(_ text: String, _ directory: String) -> String {
    text.replacing(directory, with: "$DIRECTORY")
      .replacing(/parley-[A-Za-z0-9]{6}/, with: "parley-######")
      .replacing(/parley-(test-)?[A-Za-z0-9]*…/, with: "parley-#…")
      .replacing(/\bin [0-9.]+s \((-j[0-9]+, )?seed [0-9]+\)/, with: "in #s (seed #)")
      .replacing(/\b[0-9]+\.[0-9]{3}(?=s\b|  )/, with: "#.###")
      .replacing(/\b[0-9]+ ms (?=after the deadline this)/, with: "# ms ")
      // The place at the end of a line stands as far right as the number leaves room.
      .replacing(/(pid [0-9]+: .*[^ ]) {2,}(?=[^ ]+:[0-9]+\n)/) { "\($0.output.1)  " }
      .replacing(/\bpid [0-9]+/, with: "pid #")
      .replacing(/\bsleeps in [a-z_0-9]+/, with: "sleeps in …")
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
