/// What a sanitizer or valgrind has found, as its text on the standard error says it.
struct DiagnosticReport: Hashable, Sendable {
  /// The tool that found it.
  var tool: String
  /// What is wrong, in the tool's words.
  var kind: String
  /// The line that says more; empty where there is none.
  var detail = ""
  /// Where it happened, innermost first: `parser.c:214 in next_token`.
  var frames: [String] = []
  /// Memory that was never freed, which `allow = { "leaks" }` permits.
  var isLeak = false
  /// Where else the memory was touched: `freed at parser.c:90 in drop`.
  var origins: [String] = []

  private var isPastFrames = false
  /// Of the stack that comes behind: what happened there.
  private var originTitle: String?

  /// The finding as one phrase, with its place.
  var phrase: String { "\(tool): \(kind)" + (frames.first.map { " at \($0)" } ?? "") }

  /// What a report shows below the phrase.
  var lines: [String] {
    let callers = frames.prefix(Self.frameLimit).dropFirst().map { "called from \($0)" }
    return (detail.isEmpty ? [] : [detail]) + callers + origins
  }

  private static let frameLimit = 4
}

// MARK: Parsing

extension DiagnosticReport {
  /// Finds all reports in a text.
  static func all(in text: String) -> [DiagnosticReport] {
    var reports: [DiagnosticReport] = []
    var isOpen = false
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      if let report = opened(by: line) {
        reports.append(report)
        isOpen = true
      } else if isOpen, let last = reports.indices.last {
        isOpen = reports[last].take(line)
      }
    }
    return reports
  }

  private static func opened(by line: Substring) -> DiagnosticReport? {
    sanitizer(line) ?? undefinedBehaviour(line) ?? valgrind(line)
  }

  // ==1==ERROR: AddressSanitizer: heap-use-after-free on address …
  private static func sanitizer(_ line: Substring) -> DiagnosticReport? {
    for mark in ["ERROR: ", "WARNING: "] {
      guard let start = line.firstRange(of: mark)?.upperBound,
        let colon = line[start...].firstIndex(of: ":"),
        line[start..<colon].hasSuffix("Sanitizer")
      else { continue }
      let rest = line[line.index(after: colon)...].trimmingPrefix(" ")
      let end = [" on ", " (", " 0x"].compactMap { rest.firstRange(of: $0)?.lowerBound }.min()
      let kind = String(rest[..<(end ?? rest.endIndex)])
      return DiagnosticReport(
        tool: String(line[start..<colon]),
        kind: kind,
        isLeak: kind.hasSuffix("memory leaks")
      )
    }
    return nil
  }

  // parser.c:12:3: runtime error: signed integer overflow: …
  private static func undefinedBehaviour(_ line: Substring) -> DiagnosticReport? {
    guard let range = line.firstRange(of: ": runtime error: ") else { return nil }
    return DiagnosticReport(
      tool: "UndefinedBehaviorSanitizer",
      kind: String(line[range.upperBound...]),
      frames: [fileName(line[..<range.lowerBound])]
    )
  }

  // ==1== Invalid read of size 1
  private static func valgrind(_ line: Substring) -> DiagnosticReport? {
    guard let text = valgrindText(line), !text.hasPrefix(" ") else { return nil }
    if text.contains(valgrindLeak) {
      let end = text.firstRange(of: " in loss record")?.lowerBound ?? text.endIndex
      return DiagnosticReport(tool: "valgrind", kind: String(text[..<end]), isLeak: true)
    }
    guard valgrindErrors.contains(where: { text.hasPrefix($0) }) else { return nil }
    return DiagnosticReport(tool: "valgrind", kind: String(text))
  }

  fileprivate static let valgrindLeak = " definitely lost in loss record"
  fileprivate static let valgrindErrors = [
    "Invalid read", "Invalid write", "Invalid free", "Mismatched free", "Conditional jump",
    "Use of uninitialised", "Syscall param", "Source and destination overlap", "Possible data race",
    "Jump to the invalid address",
  ]

  /// What stands behind valgrind's mark with the process's number.
  private static func valgrindText(_ line: Substring) -> Substring? {
    guard line.hasPrefix("==") else { return nil }
    let rest = line.dropFirst(2).drop(while: \.isNumber)
    return rest.hasPrefix("== ") ? rest.dropFirst(3) : nil
  }

  /// Takes a further line; false when it does not belong to the report any more.
  private mutating func take(_ line: Substring) -> Bool {
    let text = (Self.valgrindText(line) ?? line).drop { $0 == " " }
    if isPastFrames { return takeOrigin(text) }
    if text.isEmpty || line.hasPrefix("SUMMARY") {
      isPastFrames = !frames.isEmpty || !detail.isEmpty
      return text.isEmpty || !isPastFrames
    }
    if let frame = Self.frame(text) {
      if let frame { frames.append(frame) }
    } else if detail.isEmpty, frames.isEmpty {
      detail = Self.withoutAddress(text)
    } else if !frames.isEmpty {
      return false
    }
    return true
  }

  private mutating func takeOrigin(_ text: Substring) -> Bool {
    if text.hasPrefix("SUMMARY") { return false }
    guard let frame = Self.frame(text) else {
      originTitle = Self.originTitle(text)
      return true
    }
    guard let frame, let title = originTitle else { return true }
    origins.append("\(title) at \(frame)")
    originTitle = nil
    return true
  }

  private static func originTitle(_ text: Substring) -> String? {
    if text.hasPrefix("freed by thread") { return "freed" }
    if text.hasPrefix("previously allocated by thread") { return "allocated" }
    if text.hasPrefix("allocated by thread") { return "allocated" }
    return text.hasPrefix("Previous ") ? "p" + withoutAddress(text).dropFirst() : nil
  }

  /// The place that a line of a stack names: `nil` for no such line, and none for a frame of the tool
  /// or of the C library.
  private static func frame(_ text: Substring) -> String?? {
    if text.hasPrefix("#") { return sanitizerFrame(text) }
    guard text.hasPrefix("at 0x") || text.hasPrefix("by 0x") else { return nil }
    let words = text.split(separator: " ", maxSplits: 2)
    guard words.count == 3 else { return .some(nil) }
    guard let open = words[2].lastIndex(of: "(") else { return .some(String(words[2])) }
    let function = words[2][..<open].drop(while: { $0 == " " })
    let place = words[2][words[2].index(after: open)...].dropLast()
    return place.hasPrefix("in ") ? .some(nil) : .some("\(place) in \(function.trimmed)")
  }

  // #1 0x55 in parse /src/parser.c:97:3, or without the address
  private static func sanitizerFrame(_ text: Substring) -> String? {
    let build = text.firstRange(of: " (BuildId: ")?.lowerBound ?? text.endIndex
    var words = text[..<build].split(separator: " ").dropFirst()
    if words.first?.hasPrefix("0x") == true { words = words.dropFirst(2) }
    if words.last?.hasPrefix("(") == true, words.count > 2 { words = words.dropLast() }
    guard words.count >= 2, let place = words.last, let function = words.first else { return nil }
    let isNoProgram =
      place.contains("libsanitizer") || place.contains("sysdeps")
      || place.contains("/csu/") || place.hasPrefix("(") || function.hasPrefix("__GI_")
    return isNoProgram ? nil : "\(fileName(place)) in \(function)"
  }

  private static func fileName(_ place: Substring) -> String {
    String(place.split(separator: "/").last ?? place)
  }

  /// The sentence without the numbers that differ from run to run.
  private static func withoutAddress(_ text: Substring) -> String {
    let end = [" at 0x", ", allocated from", " allocated from"].compactMap {
      text.firstRange(of: $0)?.lowerBound
    }.min()
    let sentence = text[..<(end ?? text.endIndex)]
    return String(sentence.hasSuffix(":") ? sentence.dropLast() : sentence)
  }
}

extension Substring {
  fileprivate var trimmed: Substring {
    var rest = drop { $0 == " " }
    while rest.last == " " { rest.removeLast() }
    return rest
  }
}

/// Collects the part of a stream in which reports stand, however much else comes.
struct DiagnosticCapture {
  private var captured: [UInt8] = []
  /// The end of what came last, for a mark that comes in two pieces.
  private var overlap: [UInt8] = []
  private var isCapturing = false

  private static let limit = 1 << 20
  /// A quiet valgrind writes no banner before what it has found.
  private static let marks =
    (["Sanitizer: ", ": runtime error: ", DiagnosticReport.valgrindLeak]
    + DiagnosticReport.valgrindErrors.map { "== \($0)" })
    .map { Array($0.utf8) }

  mutating func append(_ bytes: [UInt8]) {
    if isCapturing {
      captured += bytes.prefix(max(0, Self.limit - captured.count))
      return
    }
    let text = overlap + bytes
    guard
      let mark = Self.marks.compactMap({ ProcessCalls.position(of: $0, in: text[...]) }).min()
    else {
      overlap = Array(text.suffix(256))
      return
    }
    let start = text[..<mark].lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
    isCapturing = true
    captured = Array(text[start...].prefix(Self.limit))
  }

  var reports: [DiagnosticReport] {
    captured.isEmpty ? [] : DiagnosticReport.all(in: String(decoding: captured, as: UTF8.self))
  }
}
