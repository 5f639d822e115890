import Testing

@testable import Scenario

@Suite("Byte difference")
struct ByteDifferenceTests {
  @Test func `texts are shown above each other with a mark below the difference`() {
    expectDifference(
      Array("HELLO v1\n".utf8),
      Array("HELLO v1\r\n".utf8),
      #"""
      got 10 bytes, expected 9; first difference at byte 8
        expected  HELLO v1\n
        actual    HELLO v1\r\n
                          ^
      equal but for line ends: LF was expected, CRLF came
      """#
    )
  }

  @Test func `the mark counts columns and not bytes`() {
    expectDifference(
      Array("日本\tx".utf8),
      Array("日本\ty".utf8),
      #"""
      got 8 bytes, expected 8; first difference at byte 7
        expected  日本\tx
        actual    日本\ty
                        ^
      """#
    )
  }

  @Test func `a long text is shown around the difference`() {
    let start = String(repeating: "0123456789", count: 20)
    let end = String(repeating: "abcdefghij", count: 20)

    expectDifference(
      Array("\(start)X\(end)".utf8),
      Array("\(start)Y\(end)".utf8),
      """
      got 401 bytes, expected 401; first difference at byte 200
        expected  …34567890123456789Xabcdefghijabcdefghijabcdefghijabcdefghijabcdefgh…
        actual    …34567890123456789Yabcdefghijabcdefghijabcdefghijabcdefghijabcdefgh…
                                    ^
      """
    )
  }

  @Test func `nothing is called nothing`() {
    expectDifference(
      Array("PONG".utf8),
      [],
      """
      got 0 bytes, expected 4; first difference at byte 0
        expected  PONG
        actual    (nothing)
                  ^
      """
    )
  }

  @Test func `binary data are shown as aligned numbers`() {
    expectDifference(
      [0x48, 0x45, 0x00, 0x01, 0x0a],
      [0x48, 0x45, 0x00, 0x02, 0x0d, 0x0a],
      """
      got 6 bytes, expected 5; first difference at byte 3
        at 0       0  1  2  3  4  5  6  7  8  9  a  b  c  d  e  f
        expected  48 45 00 01 0a                                   HE␀␁␊
        actual    48 45 00 02 0d 0a                                HE␀␂␍␊
                           ^^ ^^ ^^
      """
    )
  }

  @Test func `binary data are shown from the row with the first difference`() {
    let start = [UInt8](repeating: 0xaa, count: 40)

    expectDifference(
      start + [0x01, 0x02],
      start + [0x01],
      """
      got 41 bytes, expected 42; first difference at byte 41
        at 32      0  1  2  3  4  5  6  7  8  9  a  b  c  d  e  f
        expected  aa aa aa aa aa aa aa aa 01 02                    ········␁␂
        actual    aa aa aa aa aa aa aa aa 01                       ········␁
                                             ^^
      equal but for 1 byte that did not come, at byte 41
      """
    )
  }

  @Test func `equal bytes have no difference`() {
    #expect(ByteDifference(expected: [1], actual: [1], columns: 80).lines.isEmpty)
  }

  @Test(arguments: [
    ("a\n", "a", DifferenceNature.missingFinalNewline), ("a\r\n", "a", .missingFinalNewline),
    ("a", "a\n", .additionalFinalNewline), ("a\nb\n", "a\r\nb\r\n", .carriageReturnsCame),
    ("a\r\nb\r\n", "a\nb\n", .carriageReturnsMissing), ("OK", "Ok", .letterCase),
    ("a\nb", "a \t\nb ", .trailingBlanks), ("ab", "axb", .additionalBytes(count: 1, offset: 1)),
    ("abc", "abcxy", .additionalBytes(count: 2, offset: 3)),
    ("xyabc", "abc", .missingBytes(count: 2, offset: 0)),
  ])
  func `a small difference is named`(expected: String, actual: String, nature: DifferenceNature) {
    #expect(
      DifferenceNature(expected: Array(expected.utf8), actual: Array(actual.utf8)) == nature
    )
  }

  @Test(arguments: [("a", "b"), ("A\n", "a"), ("a b", "xab"), ("", "a"), ("a", "xya"), ("a", "a")])
  func `any other difference has no name`(expected: String, actual: String) {
    #expect(DifferenceNature(expected: Array(expected.utf8), actual: Array(actual.utf8)) == nil)
  }

  private func expectDifference(
    _ expected: [UInt8],
    _ actual: [UInt8],
    _ text: String,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let difference = ByteDifference(expected: expected, actual: actual, columns: 80)
    let lines = difference.lines + difference.nature
    #expect(lines.joined(separator: "\n") == text, sourceLocation: sourceLocation)
  }
}
