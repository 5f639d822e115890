import LocalSockets
import Testing

@Suite("QuotedText")
struct QuotedTextTests {
  @Test(arguments: [
    ("", "\"\""), ("/run/x.sock", "\"/run/x.sock\""), ("straße", "\"straße\""),
    ("a\"b\\c", "\"a\\\"b\\\\c\""), ("a\nb\r\tc", "\"a\\nb\\r\\tc\""),
    ("\0\u{1B}[2J\u{7F}", "\"\\u{0}\\u{1b}[2J\\u{7f}\""), ("\u{202E}", "\"\\u{202e}\""),
  ])
  func `a text is on one line and unambiguous`(text: String, quoted: String) {
    #expect("\(QuotedText(text))" == quoted)
  }

  @Test func `a text of 108 characters is shown as a whole`() {
    let text = String(repeating: "x", count: 108)

    #expect("\(QuotedText(text))" == "\"\(text)\"")
  }

  @Test func `a longer text is shown by its ends, with its length in bytes`() {
    let text = "begin" + String(repeating: "ß", count: 200) + "end"

    let quoted = QuotedText(text)

    #expect(quoted.content.unicodeScalars.count == 109)
    #expect(quoted.content.hasPrefix("beginß") && quoted.content.hasSuffix("ßend"))
    #expect("\(quoted)" == "\"\(quoted.content)\" (408 bytes)")
  }

  @Test func `another quotation mark is the one that is escaped`() {
    #expect("\(QuotedText("a'b\"", in: "'"))" == "'a\\'b\"'")
  }
}
