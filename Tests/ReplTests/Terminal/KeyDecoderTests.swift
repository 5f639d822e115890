import Testing

@testable import Repl

@Suite("Keys")
struct KeyDecoderTests {
  private func decode(_ pieces: [String]) -> [KeyDecoder.Key] {
    var decoder = KeyDecoder()
    return pieces.flatMap { decoder.decode(Array($0.utf8)) }
  }

  private func characters(_ text: String) -> [KeyDecoder.Key] {
    text.unicodeScalars.map { .character($0) }
  }

  @Test func `characters come as they are, also beyond ASCII`() {
    #expect(decode(["aé漢😀\r"]) == characters("aé漢😀\r"))
  }

  @Test func `a character that is cut in two comes when it is whole`() {
    var decoder = KeyDecoder()
    #expect(decoder.decode([0xc3]) == [])
    #expect(decoder.decode([0xa9]) == characters("é"))
  }

  @Test func `bytes that are no UTF-8 come as the mark for that`() {
    var decoder = KeyDecoder()
    #expect(decoder.decode([0xff, 0x61]) == characters("\u{FFFD}a"))
  }

  @Test func `the sequence of an arrow key is left to the editor`() {
    #expect(decode(["\u{1B}[A"]) == characters("\u{1B}[A"))
  }

  @Test func `Escape alone is a key, once nothing else has come`() {
    var decoder = KeyDecoder()
    #expect(decoder.decode([0x1b]) == [])
    #expect(decoder.isWaiting)
    #expect(decoder.giveUp() == characters("\u{1B}"))
    #expect(!decoder.isWaiting)
  }

  @Test func `Escape and a letter that comes later are two keys`() {
    #expect(decode(["\u{1B}", "f"]) == characters("\u{1B}f"))
  }

  @Test(arguments: 1...5)
  func `the mark of a pasted block may be cut anywhere`(count: Int) {
    let text = "\u{1B}[200~one\u{1B}[201~"
    let pieces = [String(text.prefix(count)), String(text.dropFirst(count))]
    #expect(decode(pieces) == [.paste(Array("one".unicodeScalars))])
  }

  @Test func `a pasted block that is cut is waited for as long as it takes`() {
    var decoder = KeyDecoder()
    #expect(decoder.decode(Array("\u{1B}[200~one\u{1B}[2".utf8)) == [])
    #expect(!decoder.isWaiting)
    #expect(decoder.giveUp() == [])
    #expect(decoder.decode(Array("01~".utf8)) == [.paste(Array("one".unicodeScalars))])
  }

  @Test func `a pasted block is one key, without its last newline`() {
    let keys = decode(["a\u{1B}[200~f(\rb)\r\u{1B}[201~c"])
    #expect(keys == characters("a") + [.paste(Array("f(\nb)".unicodeScalars))] + characters("c"))
  }

  @Test func `a pasted block may come in pieces`() {
    let keys = decode(["\u{1B}[2", "00~one\u{1B}", "[20", "1~"])
    #expect(keys == [.paste(Array("one".unicodeScalars))])
  }

  @Test func `control characters in a pasted block are dropped`() {
    #expect(
      decode(["\u{1B}[200~a\u{3}\u{1B}[Ab\t\u{1B}[201~"])
        == [.paste(Array("a[Ab\t".unicodeScalars))]
    )
  }
}
