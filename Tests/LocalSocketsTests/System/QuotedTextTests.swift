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

  @Test(
    arguments: [
      ([0xFF], "\\xff"), ([0x61, 0xC3], "a\\xc3"), ([0xE2, 0x82, 0x62], "\\xe2\\x82b"),
      ([0xC0, 0x80], "\\xc0\\x80"), ([0xED, 0xA0, 0x80], "\\xed\\xa0\\x80"),
      ([0xC3, 0x9F, 0x80], "ß\\x80"),
    ] as [([UInt8], String)]
  )
  func `bytes that are no text are shown by their numbers`(bytes: [UInt8], content: String) {
    #expect(SocketName(bytes: bytes).quoted.content == content)
  }

  @Test(arguments: ["x", "ß", "€", "𝄞"], 0...3)
  func `the end of a long text begins with a whole character`(character: String, more: Int) {
    let text = String(repeating: character, count: 1000) + String(repeating: "y", count: more)

    let end = String(repeating: character, count: 28 - more) + String(repeating: "y", count: more)
    #expect(QuotedText(text).content == String(repeating: character, count: 80) + "…" + end)
  }

  @Test func `of a long name the bytes are counted that it has`() {
    let name = SocketName(bytes: [UInt8](repeating: 0xFF, count: 200))

    #expect("\(name.quoted)".hasSuffix("\\xff\" (200 bytes)"))
  }

  @Test func `another quotation mark is the one that is escaped`() {
    #expect("\(QuotedText("a'b\"", in: "'"))" == "'a\\'b\"'")
  }
}
