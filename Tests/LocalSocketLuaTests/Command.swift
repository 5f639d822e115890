import Glibc

/// A program that has run to its end, and what came of it.
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
    self = try Running(words, environment: environment, seconds: seconds).finish()
  }

  private init(status: CInt, output: String) {
    self.status = status
    self.output = output
  }

  /// The errno of a process that could not be made.
  struct Failure: Error {
    let code: CInt
  }
}

extension Command {
  /// A program that runs beside the test, which must let it come to its end.
  @safe struct Running {
    private let stream: UnsafeMutablePointer<FILE>

    /// Starts a program; the parameters and errors are those of a command.
    init(_ words: [String], environment: [String: String] = [:], seconds: Int = 120) throws {
      let variables = environment.map { "\($0)=\(Self.quoted($1)) " }.joined()
      let command = words.map(Self.quoted).joined(separator: " ")
      guard let stream = unsafe popen("\(variables)timeout \(seconds) \(command) 2>&1", "re")
      else { throw Failure(code: errno) }
      unsafe self.stream = unsafe stream
    }

    /// Waits for its next line.
    func readLine() -> String {
      var line = [CChar](repeating: 0, count: 4096)
      guard unsafe fgets(&line, CInt(line.count), stream) != nil else { return "" }
      return String(decoding: line.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    /// Waits for its end; to be called once.
    func finish() -> Command {
      let output = readAll()
      let status = unsafe pclose(stream) >> 8 & 0xff
      return Command(status: status, output: output)
    }

    private func readAll() -> String {
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
}
