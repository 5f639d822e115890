internal import Scenario

/// What a line has died of: the sentence, the line of the script, and a mark under the culprit.
struct FailureText {
  let lines: [String]

  init(_ failure: Failure, _ sources: TypedSources, format: ReportFormat) {
    var failure = Self.located(failure)
    let file = failure.location?.file ?? ""
    let source = sources.text(of: file) ?? SourceExcerpt.source(of: file)
    // One call deep, the line says it all.
    let calls = failure.traceback.filter { $0 != "(...tail calls...)" }.map(Self.named)
    failure.traceback = calls.count > 1 ? calls : []
    let plain = ReportFormat(columns: format.columns)
    let texts = FailureReport.explanation(of: failure, source: source, format: plain)
    var all = FailureReport.explanation(of: failure, source: source, format: format)
    if let caret = Self.caret(under: texts, failure.message) {
      all.insert(caret.line, at: caret.row)
    }
    lines = all.enumerated().map { index, line in
      index == 0 ? format.style.paint(line.replacingIndent(with: "✗ "), as: .failed) : line
    }
  }

  /// A line is called by a function of the prompt, whose name for it means nothing to who has typed it.
  private static func named(_ call: String) -> String {
    let name = " in upvalue 'chunk'"
    guard call.hasPrefix("repl:"), call.hasSuffix(name) else { return call }
    return call.dropLast(name.count) + " in the line"
  }

  /// A sentence of Lua's compiler begins with the place.
  private static func located(_ failure: Failure) -> Failure {
    guard failure.location == nil else { return failure }
    let parts = failure.message.split(separator: ":", maxSplits: 3)
    var failure = failure
    if parts.count == 4, parts[0] == "repl", let line = Int(parts[2]) {
      failure.location = ScriptLocation(file: "repl:\(parts[1])", line: line)
      failure.message = String(parts[3].drop { $0 == " " })
    } else if parts.count >= 3, parts[0].hasSuffix(".lua"), let line = Int(parts[1]) {
      failure.location = ScriptLocation(file: String(parts[0]), line: line)
      failure.message = String(parts[2...].joined(separator: ":").drop { $0 == " " })
    }
    return failure
  }

  /// The mark below the excerpt's line, under what the message names in quotes, and in which row it
  /// belongs.
  private static func caret(under lines: [String], _ message: String) -> (line: String, row: Int)? {
    let quoted = message.split(separator: "'", omittingEmptySubsequences: false)
    guard let row = lines.firstIndex(where: { $0.hasPrefix(" ▸ ") }) else { return nil }
    let text = lines[row]
    let code = text.firstIndex(of: "│").map { text.index(after: $0) } ?? text.startIndex
    let names = quoted.indices.filter { !$0.isMultiple(of: 2) }.map { quoted[$0] }
    guard let name = names.last, let place = text[code...].range(of: name) else { return nil }
    return (String(repeating: " ", count: TerminalText.width(text[..<place])) + "^", row + 1)
  }
}

extension String {
  fileprivate func replacingIndent(with mark: String) -> String {
    mark + drop { $0 == " " }
  }
}

extension Substring {
  /// Where a text first stands in this one.
  fileprivate func range(of text: Substring) -> Substring.Index? {
    guard !text.isEmpty else { return nil }
    return indices.first { self[$0...].hasPrefix(text) }
  }
}
