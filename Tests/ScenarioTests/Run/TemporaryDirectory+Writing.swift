import Glibc
import TestSupport

extension TemporaryDirectory {
  /// Writes a file.
  func write(_ text: String, to name: String) {
    guard let stream = unsafe fopen(file(name), "w") else { return }
    unsafe fputs(text, stream)
    unsafe fclose(stream)
  }

  /// The text of a file; empty when there is none.
  func text(of name: String) -> String {
    guard let stream = unsafe fopen(file(name), "r") else { return "" }
    defer { unsafe fclose(stream) }
    return unsafe String(decoding: ScriptDirectory.bytes(of: stream), as: UTF8.self)
  }
}
