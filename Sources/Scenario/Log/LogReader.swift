/// Reads the lines of a log, in a time that is linear in their length.
struct LogReader {
  /// A line that is no event, and why.
  struct Problem: Hashable {
    let line: Int
    let reason: String
  }

  private(set) var problems: [Problem] = []
  private(set) var lineCount = 0
  /// Whether only the texts of scripts are wanted.
  private let isForSources: Bool
  /// The beginning of a line whose end has not come yet.
  private var rest: [UInt8] = []

  /// More of them than these are not told one by one.
  private static let problemLimit = 20

  /// Prepares to read.
  ///
  /// - Parameter isForSources: Whether other events than the texts of scripts are passed over, which
  ///   takes little time.
  init(forSources isForSources: Bool = false) {
    self.isForSources = isForSources
  }

  /// Takes the next bytes of the log.
  ///
  /// - Parameters:
  ///   - bytes: What follows what it had before. Zeros, of which reserved blocks consist, are no part
  ///     of a line.
  ///   - take: Gets each event.
  mutating func read(_ bytes: ArraySlice<UInt8>, _ take: (Event) -> Void) {
    var bytes = bytes
    if !rest.isEmpty {
      bytes = (rest + bytes)[...]
      rest = []
    }
    while let end = bytes.firstIndex(of: UInt8(ascii: "\n")) {
      readLine(bytes[..<end], take)
      bytes = bytes[(end + 1)...]
    }
    rest = Array(bytes.drop { $0 == 0 })
  }

  /// Says that nothing follows.
  ///
  /// An unfinished line is no problem where its writer was killed, which the caller may know.
  mutating func finish() {
    let isCut = rest.contains { $0 != 0 }
    if isCut { note("the line is not finished", line: lineCount + 1) }
    rest = []
  }

  private mutating func readLine(_ line: ArraySlice<UInt8>, _ take: (Event) -> Void) {
    lineCount += 1
    // A process that was killed leaves a part of a line and zeros before the next one.
    let line = line.lastIndex(of: 0).map { line[($0 + 1)...] } ?? line
    if line.isEmpty || isForSources && !Self.isSource(line) { return }
    do {
      take(try Event(line: line))
    } catch {
      note(error.description, line: lineCount)
    }
  }

  /// Whether a line may be a script's text; the event's name stands at its beginning.
  private static func isSource(_ line: ArraySlice<UInt8>) -> Bool {
    line.prefix(100).contains(Array(#""event":"source""#.utf8))
  }

  private mutating func note(_ reason: String, line: Int) {
    if problems.count < Self.problemLimit { problems.append(Problem(line: line, reason: reason)) }
  }
}

extension LogReader {
  /// The events in a part of a file; of a long one its beginning and its last part.
  ///
  /// - Parameters:
  ///   - descriptor: The file.
  ///   - range: Offsets between two lines.
  /// - Returns: The events in their order.
  static func events(in descriptor: CInt, _ range: Range<Int>) -> [Event] {
    let limit = LogStorage.bound / 2
    var events: [Event] = []
    var reader = LogReader()
    guard range.count > limit + LogFile.step else {
      reader.read(FileSystem.contents(of: descriptor, range)[...]) { events.append($0) }
      return events
    }
    let head = range.prefix(LogFile.step)
    reader.read(FileSystem.contents(of: descriptor, head)[...]) { events.append($0) }
    reader = LogReader()
    let tail = FileSystem.contents(of: descriptor, range.suffix(limit))
    let firstLine = tail.firstIndex(of: UInt8(ascii: "\n")) ?? tail.endIndex
    reader.read(tail[firstLine...]) { events.append($0) }
    return events
  }

  /// The one event that begins a part of a file.
  static func event(in descriptor: CInt, _ range: Range<Int>) -> Event? {
    let bytes = FileSystem.contents(of: descriptor, range.prefix(1 << 12))
    let end = bytes.firstIndex(of: UInt8(ascii: "\n"))
    if end == nil, range.count > bytes.count {
      let all = FileSystem.contents(of: descriptor, range)
      return try? Event(line: all.prefix { $0 != UInt8(ascii: "\n") })
    }
    return try? Event(line: bytes[..<(end ?? bytes.endIndex)])
  }
}
