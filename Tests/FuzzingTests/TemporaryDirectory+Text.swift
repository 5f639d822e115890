import Glibc
import TestSupport

extension TemporaryDirectory {
  /// Writes a file.
  func write(_ text: String, to name: String) {
    guard let file = unsafe fopen(file(name), "w") else { return }
    unsafe fputs(text, file)
    unsafe fclose(file)
  }

  /// The text of a file; empty where there is none.
  func text(of name: String) -> String {
    guard let file = unsafe fopen(file(name), "r") else { return "" }
    defer { unsafe fclose(file) }
    var bytes: [UInt8] = []
    while true {
      let byte = unsafe fgetc(file)
      if byte == EOF { return String(decoding: bytes, as: UTF8.self) }
      bytes.append(UInt8(truncatingIfNeeded: byte))
    }
  }
}
