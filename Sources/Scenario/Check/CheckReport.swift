/// What a check has found, as text or as JSON.
package struct CheckReport {
  let findings: [Finding]
  let scriptCount: Int

  /// The report as it is printed.
  package func text(_ format: ScenarioList.Format, columns: Int) -> String {
    switch format {
    case .text: text(columns: columns)
    case .json: json
    }
  }

  private func text(columns: Int) -> String {
    let blocks = findings.map { lines(of: $0, columns: columns).joined(separator: "\n") }
    return (blocks + [summary]).joined(separator: "\n\n") + "\n"
  }

  private var summary: String {
    let scripts = counted(scriptCount, "script")
    if findings.isEmpty { return "\(scripts), nothing found" }
    let count = Set(findings.map(\.file)).count
    return "\(counted(findings.count, "finding")) in \(count) of \(scripts)"
  }

  /// The place and the sentence, then the line of the script with a mark below it.
  private func lines(of finding: Finding, columns: Int) -> [String] {
    let numbers = [finding.line, finding.column].compactMap { $0.map(String.init) }
    let place = ([printable(finding.file)] + numbers).joined(separator: ":")
    var lines = ["\(place): \(oneLine(finding.message))"]
    guard let line = finding.line, let column = finding.column else { return lines }
    let label = "  \(line) │  "
    let before = shown(finding.source.unicodeScalars.prefix(column - 1))
    let indent = TerminalText.width(label) + TerminalText.width(before)
    guard indent < columns else { return lines }
    lines.append(TerminalText.cut(label + shown(finding.source.unicodeScalars[...]), to: columns))
    lines.append(String(repeating: " ", count: indent) + "^")
    return lines
  }

  private func shown(_ text: Substring.UnicodeScalarView) -> String {
    printableLines(String(text)).joined()
  }

  /// An array with an object a finding, a line each.
  private var json: String {
    let objects = findings.map { finding in
      var writer = JSONWriter()
      writer.beginObject()
      writer.member("kind", finding.kind.rawValue)
      writer.member("file", finding.file)
      if let line = finding.line { writer.member("line", line) }
      if let column = finding.column { writer.member("column", column) }
      writer.member("message", finding.message)
      writer.endObject()
      return String(decoding: writer.bytes, as: UTF8.self)
    }
    return objects.isEmpty ? "[]\n" : "[\n" + objects.joined(separator: ",\n") + "\n]\n"
  }
}
