import Glibc

/// A program that runs to its end, and what came of it.
struct Command {
  /// The exit status; above 128, that and the number of the signal that ended it.
  let status: CInt
  /// What it wrote to its standard output and its standard error.
  let output: String

  /// Runs a program, found through PATH.
  ///
  /// - Parameters:
  ///   - words: Its name and its arguments.
  ///   - environment: Variables that it gets besides this process's own.
  ///   - seconds: How long it may run before it is ended, with the status 124.
  /// - Throws: ``Failure`` when no process could be made.
  init(_ words: [String], environment: [String: String] = [:], seconds: Int = 120) throws {
    let variables = environment.map { "\($0)=\(Self.quoted($1)) " }.joined()
    let command = words.map(Self.quoted).joined(separator: " ")
    guard let stream = unsafe popen("\(variables)timeout \(seconds) \(command) 2>&1", "r")
    else { throw Failure(code: errno) }
    output = unsafe Self.readAll(stream)
    status = unsafe pclose(stream) >> 8 & 0xff
  }

  /// The errno of a process that could not be made.
  struct Failure: Error {
    let code: CInt
  }

  private static func readAll(_ stream: UnsafeMutablePointer<FILE>) -> String {
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 4096)
    while true {
      let count = unsafe fread(&buffer, 1, buffer.count, stream)
      if count == 0 { return String(decoding: bytes, as: UTF8.self) }
      bytes += buffer[..<count]
    }
  }

  private static func quoted(_ word: String) -> String {
    let parts = word.split(separator: "'", omittingEmptySubsequences: false)
    return "'" + parts.joined(separator: "'\\''") + "'"
  }
}
