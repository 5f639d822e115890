import Testing

@testable import Scenario

@Suite("Lexer")
struct LexerTests {
  @Test(arguments: [
    (#""a\n\r\t\\\"\'""#, Array("a\n\r\t\\\"'".utf8)),
    (#""\a\b\f\v""#, [7, 8, 12, 11]),
    (#""\x41\065\0651\0""#, Array("AAA1\0".utf8)),
    (#""\u{48}\u{e9}\u{20AC}\u{1F600}""#, Array("Hé€😀".utf8)),
    (#""\u{7FFFFFFF}""#, [0xfd, 0xbf, 0xbf, 0xbf, 0xbf, 0xbf]),
    ("'a\\z \n\t b'", Array("ab".utf8)),
    ("'a\\\r\nb'", Array("a\nb".utf8)),
    ("[[\r\na\r\nb]]", Array("a\nb".utf8)),
    ("[==[a]]b]=]c]==]", Array("a]]b]=]c".utf8)),
    ("[[\\n]]", Array("\\n".utf8)),
  ])
  func `a string has the value that it has in Lua`(source: String, value: [UInt8]) throws {
    let tokens = try Lexer.tokens(of: Array(source.utf8))

    #expect(tokens.map(\.kind) == [.string(value), .end])
  }

  @Test func `bytes that are no UTF-8 stay as they are`() throws {
    let tokens = try Lexer.tokens(of: [0x27, 0xff, 0x00, 0x80, 0x27])

    #expect(tokens.first?.kind == .string([0xff, 0x00, 0x80]))
  }

  @Test func `a long mark is one token, and comments are none`() throws {
    let tokens = try Lexer.tokens(of: Array("a...b--x\n//--[[y\n]]~==..".utf8))

    #expect(
      tokens.map(\.kind) == [
        .name("a"), .symbol("..."), .name("b"), .symbol("//"), .symbol("~="), .symbol("="),
        .symbol(".."), .end,
      ]
    )
  }

  @Test func `a first line for the shell is skipped, and keeps its number`() throws {
    let source = Array("#!/usr/bin/env parley\nx".utf8)

    let token = try #require(Lexer.tokens(of: source).first)

    #expect(SourceText(source).place(of: token.offset) == SourceText.Place(line: 2, column: 1))
  }

  @Test(arguments: ["\n", "\r", "\r\n", "\n\r"])
  func `a line ends as in Lua, and a column is a character`(_ end: String) {
    let source = SourceText(Array("a\(end)\(end)é€ x".utf8))

    #expect(source.place(of: source.bytes.count - 1) == SourceText.Place(line: 3, column: 4))
    #expect(source.text(ofLine: 3) == "é€ x")
    #expect(source.text(ofLine: 2) == "")
    #expect(source.text(ofLine: 4) == "")
  }
}
