/// What a worker says while it works; everything else stands in its log.
enum WorkerMessage: Hashable {
  /// It begins to run a scenario; the file's other blocks of these names are selected too.
  case started(title: String, rest: [String])
  /// It runs the top-level code of a file, to find out what there is.
  case looking
  /// The job is done; its events stand in this part of the log, the last one from an offset on.
  case done(LogPart)
}

/// A part of a worker's log.
struct LogPart: Hashable {
  let range: Range<Int>
  /// Where the event of the scenario's start begins.
  let start: Int
  /// Where the events with the texts of scripts begin, which end where the last event begins.
  let sources: Int
  /// Where the last event begins.
  let last: Int
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
    case .done(let part):
      writer.member("begin", part.range.lowerBound)
      writer.member("end", part.range.upperBound)
      writer.member("start", part.start)
      writer.member("sources", part.sources)
      writer.member("last", part.last)
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
    if json["looking"] != nil {
      self = .looking
      return
    }
    guard let begin = json["begin"]?.integer, let end = json["end"]?.integer,
      let start = json["start"]?.integer, let sources = json["sources"]?.integer,
      let last = json["last"]?.integer,
      begin <= start, start <= sources, sources <= last, last <= end
    else { return nil }
    let problem = json["problem"]?.string
    self = .done(
      LogPart(
        range: begin..<end,
        start: start,
        sources: sources,
        last: last,
        isSpare: problem != nil,
        problem: problem
      )
    )
  }
}
