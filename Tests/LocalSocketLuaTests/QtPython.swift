import Glibc
import Testing

/// A Python with Qt in it, in a virtual environment that is made once for the checkout.
enum QtPython {
  /// The interpreter; nil when PyQt6 cannot be installed.
  static let path = installed()

  /// Why tests with Qt are skipped.
  static let skipReason: Comment = "PyQt6 can neither be found nor be installed with pip"

  private static func installed() -> String? {
    let directory = "\(SpecFile.root)/.build/qt"
    let python = "\(directory)/bin/python"
    // One pip at a time, whatever other test runs there are.
    let script = """
      exec 9>"$1.lock" && flock 9 || exit
      "$1/bin/python" -c 'import PyQt6.QtNetwork' && exit
      python3 -m venv "$1" && "$1/bin/pip" install --quiet --retries 1 --timeout 20 PyQt6
      """
    let command = ["sh", "-c", script, "sh", directory]
    guard let installing = try? Command(command, seconds: 300), installing.status == 0
    else { return nil }
    return python
  }
}
