import Testing

@testable import Scenario

@Suite("Escaped bytes")
struct EscapedBytesTests {
  @Test(arguments: [
    ("PING\r\n", #"PING\r\n"#), ("a\tb\0\u{1B}[31m", #"a\tb\x00\x1b[31m"#), ("\\n", #"\\n"#),
    ("\0x\u{0}7", #"\x00x\x007"#), ("grün 日本", "grün 日本"), ("", ""), ("\u{7F}", #"\x7f"#),
    (" a ", #"\x20a\x20"#), (#""a""#, #""a""#),
  ])
  func `text stays as it is but for what cannot be seen`(text: String, line: String) {
    #expect(EscapedBytes(Array(text.utf8)).description == line)
  }

  @Test(arguments: [
    ("\u{85}", #"\u{85}"#), ("a\u{202E}b", #"a\u{202E}b"#), ("\u{2066}", #"\u{2066}"#),
    ("\u{200B}", #"\u{200B}"#), ("a\u{A0}b", #"a\u{A0}b"#), ("\u{2028}", #"\u{2028}"#),
    ("\u{FEFF}", #"\u{FEFF}"#), ("\u{E000}", #"\u{E000}"#),
  ])
  func `invisible and reordering characters are escaped`(text: String, line: String) {
    #expect(EscapedBytes(Array(text.utf8)).description == line)
  }

  @Test(
    arguments: [
      ([0xff, 0x41], #"\xffA"#), ([0xc3], #"\xc3"#), ([0xc3, 0x28], #"\xc3("#),
      ([0xed, 0xa0, 0x80], #"\xed\xa0\x80"#), ([0xc0, 0xaf], #"\xc0\xaf"#),
      ([0xe2, 0x82, 0xac, 0xe2, 0x82], #"€\xe2\x82"#),
    ] as [([UInt8], String)]
  )
  func `bytes that are not UTF-8 are written as numbers`(bytes: [UInt8], line: String) {
    #expect(EscapedBytes(bytes).description == line)
  }

  @Test func `a line that fits is not cut`() {
    #expect(EscapedBytes(Array("12345".utf8)).bounded(to: 5) == "12345")
  }

  @Test func `of a long line both ends and the size are shown`() {
    let bytes = Array("begin".utf8) + [UInt8](repeating: 0x2e, count: 4086) + Array("final".utf8)

    let line = EscapedBytes(bytes).bounded(to: 30)

    #expect(line == "begin.. … 4096 bytes … ..final")
  }

  @Test(arguments: 24...60)
  func `a bounded line keeps its width and cuts no character`(columns: Int) {
    let bytes = Array(String(repeating: "日é\n", count: 100).utf8)

    let line = EscapedBytes(bytes).bounded(to: columns)

    #expect(TerminalText.width(line) <= columns)
    #expect(TerminalText.width(line) > columns - 4)
    #expect(!line.contains(#"\x"#))
    #expect(line.contains(" … 600 bytes … "))
  }

  @Test func `a bounded line of a large message looks at its ends only`() {
    let bytes = [UInt8](repeating: 0xff, count: 1 << 26)

    let line = EscapedBytes(bytes).bounded(to: 50)

    #expect(line == #"\xff\xff\xff … 67108864 bytes … \xff\xff\xff\xff"#)
  }
}
