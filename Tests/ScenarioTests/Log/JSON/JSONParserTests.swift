import Testing

@testable import Scenario

@Suite("JSON")
struct JSONParserTests {
  @Test(
    arguments: [
      ("null", JSONValue.null), (" true\n", .bool(true)), ("false", .bool(false)),
      ("0", .integer(0)), ("-0", .integer(0)), ("9223372036854775807", .integer(.max)),
      ("-9223372036854775808", .integer(.min)), ("9223372036854775808", .number(0x1p63)),
      ("1.5e3", .number(1500)), ("1E-2", .number(0.01)), (#""""#, .string("")),
      (#""a\"\\\/\b\f\n\r\tz""#, .string("a\"\\/\u{8}\u{c}\n\r\tz")),
      (#""\u0000\u00e9\ud83d\ude00""#, .string("\0é😀")), ("\"é\"", .string("é")),
      ("[]", .array([])), ("[1, [2]]", .array([.integer(1), .array([.integer(2)])])),
      ("{}", .object([])),
    ] as [(String, JSONValue)]
  )
  func `a value is read as it was meant`(text: String, value: JSONValue) throws {
    #expect(try JSONParser.parse(Array(text.utf8)[...]) == value)
  }

  @Test(arguments: [
    "", " ", "nul", "01", "-", "1.", ".5", "1e", "+1", "0x10", "NaN", "1e999", "[1,]", "[1 2]", "[",
    "{\"a\"}", "{\"a\":}", "{a:1}", "{\"a\":1,}", "{", "\"", "\"\\x\"", "\"\\u12\"", "\"\\u12g4\"",
    "\"\\u+123\"", "\"\\ud800\"", "\"\\ud800\\u0041\"", "\"\\udc00\"", "\"\n\"", "\"\u{1}\"", "1 1",
    "\"\0\"", "true false", "'a'", "\u{FEFF}1",
  ])
  func `what is no JSON is refused`(text: String) {
    #expect(throws: JSONParser.Malformed.self) { try JSONParser.parse(Array(text.utf8)[...]) }
  }

  @Test(arguments: [
    [0xff], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80], [0xe2, 0x82],
  ])
  func `a text that is no UTF-8 is refused`(bytes: [UInt8]) {
    let quoted = [UInt8(ascii: "\"")] + bytes + [UInt8(ascii: "\"")]

    #expect(throws: JSONParser.Malformed.self) { try JSONParser.parse(quoted[...]) }
    #expect(throws: JSONParser.Malformed.self) {
      try JSONParser.parse((quoted.dropLast() + Array(#"\n""#.utf8))[...])
    }
  }

  @Test func `the depth has an end`() throws {
    func nested(_ depth: Int) -> ArraySlice<UInt8> {
      Array((String(repeating: "[", count: depth) + String(repeating: "]", count: depth)).utf8)[...]
    }

    _ = try JSONParser.parse(nested(64))
    #expect(throws: JSONParser.Malformed.self) { try JSONParser.parse(nested(65)) }
    #expect(throws: JSONParser.Malformed.self) { try JSONParser.parse(nested(1_000_000)) }
  }

  @Test func `a part of a greater text is read from its own beginning`() throws {
    let text = Array("xx[1]yy".utf8)

    #expect(try JSONParser.parse(text[2..<5]) == .array([.integer(1)]))
    #expect(throws: JSONParser.Malformed(problem: "there is no value", offset: 0)) {
      try JSONParser.parse(Array("xx[]".utf8)[1...])
    }
  }

  @Test func `of two members with one name the last counts`() throws {
    let object = try JSONParser.parse(Array(#"{"a":1,"a":2}"#.utf8)[...])

    #expect(object["a"] == .integer(2))
    #expect(object["b"] == nil)
  }

  @Test func `what is written is read again as it was`() throws {
    let value = JSONValue.object([
      .init(key: "text", value: .string("\0\u{1f}\"\\é😀\r\n\t\u{7f}")),
      .init(key: "list", value: .array([.integer(.min), .number(0.1), .bool(true), .null])),
      .init(key: "", value: .object([])),
    ])
    var writer = JSONWriter()

    writer.value(value)

    #expect(try JSONParser.parse(writer.bytes[...]) == value)
  }

  @Test(arguments: 0...9)
  func `bytes survive base64`(count: Int) throws {
    let bytes = (0..<count).map { UInt8(truncatingIfNeeded: 0xfb &* $0 &+ 0xf0) }
    var writer = JSONWriter()

    unsafe bytes.withUnsafeBufferPointer { unsafe writer.value(base64: $0) }

    #expect(try JSONParser.parse(writer.bytes[...]).base64 == bytes)
    #expect(writer.bytes.count == 2 + (count + 2) / 3 * 4)
  }

  @Test(arguments: ["a", "abc", "ab*=", "abcd\u{e9}"])
  func `what is no base64 has no bytes`(text: String) {
    #expect(JSONValue.string(text).base64 == nil)
  }
}
