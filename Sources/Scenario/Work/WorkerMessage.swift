/// What a worker says while it works; everything else stands in its log.
enum WorkerMessage: Hashable {
  /// It begins to run a scenario; the file's other blocks of these names are selected too.
  case started(title: String, rest: [String])
  /// It runs the top-level code of a file, to find out what there is.
  case looking
  /// The script has made a value a secret.
  case secret([UInt8])
  /// It ends, because its script cannot be stopped: why it was to stop, and where it is.
  case stuck(String, ScriptLocation?)
  /// The job is done; its events stand in this part of the log, the last one from an offset on.
  case done(LogPart)
}

/// A part of a worker's log.
struct LogPart: Hashable {
  let range: Range<Int>
  /// Where the event of the scenario's start begins.
  let start: Int
  /// Where the last event begins.
  let last: Int
  /// The scripts that its events name and no part before it has named.
  let files: [String]
  /// Whether it stands in memory, as the log's file could not be written.
  let isSpare: Bool
  /// Why the file could not be written.
  let problem: String?
}

extension WorkerMessage {
  var line: [UInt8] {
    var writer = JSONWriter()
    writer.beginObject()
    switch self {
    case .started(let title, let rest):
      writer.member("started", title)
      writer.member("rest", rest)
    case .looking: writer.member("looking", 1)
    case .stuck(let reason, let location):
      writer.member("stuck", reason)
      if let location {
        writer.member("file", location.file)
        writer.member("line", "\(location.line)")
      }
    case .secret(let value):
      writer.key("secret")
      unsafe value.withUnsafeBufferPointer { bytes in unsafe writer.value(base64: bytes) }
    case .done(let part):
      writer.member("begin", part.range.lowerBound)
      writer.member("end", part.range.upperBound)
      writer.member("start", part.start)
      writer.member("last", part.last)
      writer.member("files", part.files)
      if part.isSpare { writer.member("problem", part.problem ?? "") }
    }
    writer.endObject()
    writer.endLine()
    return writer.bytes
  }

  init?(line: ArraySlice<UInt8>) {
    guard let json = try? JSONParser.parse(line) else { return nil }
    if let title = json["started"]?.string {
      self = .started(title: title, rest: json["rest"]?.strings ?? [])
      return
    }
    if let reason = json["stuck"]?.string {
      let line = json["line"]?.string.flatMap { Int($0) }
      let file = json["file"]?.string
      self = .stuck(
        reason,
        line.flatMap { line in file.map { ScriptLocation(file: $0, line: line) } }
      )
      return
    }
    if json["looking"] != nil {
      self = .looking
      return
    }
    if let value = json["secret"]?.base64 {
      self = .secret(value)
      return
    }
    guard let begin = json["begin"]?.integer, let end = json["end"]?.integer,
      let start = json["start"]?.integer, let last = json["last"]?.integer,
      begin <= start, start <= last, last <= end
    else { return nil }
    let problem = json["problem"]?.string
    self = .done(
      LogPart(
        range: begin..<end,
        start: start,
        last: last,
        files: json["files"]?.strings ?? [],
        isSpare: problem != nil,
        problem: problem
      )
    )
  }
}
