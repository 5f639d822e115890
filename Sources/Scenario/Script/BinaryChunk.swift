/// A compiled Lua 5.4 chunk, as `lua_dump` writes it without stripping.
struct BinaryChunk {
  let main: Prototype
  /// Where the names of local variables and upvalues stand in the bytes: two lists for each function.
  let nameRanges: [Range<Int>]

  /// One function of the chunk.
  struct Prototype {
    var code: [UInt32] = []
    /// The script line of each instruction.
    var lines: [Int] = []
    /// The constants that are strings; `nil` stands for every other constant.
    var constants: [String?] = []
    var upvalues: [Upvalue] = []
    var prototypes: [Prototype] = []
    var locals: [LocalVariable] = []
  }

  /// Where a closure finds an upvalue when it is made.
  struct Upvalue {
    /// In a register of the enclosing function, else among that function's own upvalues.
    let isInRegister: Bool
    let index: Int
  }

  /// The range of instructions in which a local variable holds its register.
  struct LocalVariable {
    let scope: Range<Int>
  }

  /// Why bytes are not a chunk that can be read.
  struct Malformed: Error, Hashable, CustomStringConvertible {
    let description: String
  }

  /// Reads a chunk and checks that it is complete.
  ///
  /// - Parameter bytes: The whole chunk.
  /// - Throws: ``Malformed`` when the chunk is cut short, inconsistent, or of another Lua.
  init(_ bytes: [UInt8]) throws(Malformed) {
    var reader = ChunkReader(bytes)
    try reader.checkHeader()
    _ = try reader.byte()  // the number of the main function's upvalues, which it repeats itself
    main = try reader.prototype(depth: 0)
    nameRanges = reader.nameRanges
    guard reader.isAtEnd else { throw Malformed(description: "bytes follow the compiled chunk") }
  }
}

extension BinaryChunk {
  /// A chunk's bytes without the names of local variables and upvalues; it keeps its lines.
  ///
  /// Lua takes nearly as long to load the names as to load everything else.
  ///
  /// - Throws: ``Malformed`` as ``init(_:)``.
  static func withoutNames(_ bytes: [UInt8]) throws(Malformed) -> [UInt8] {
    let emptyLists: [UInt8] = [0x80, 0x80]
    var result: [UInt8] = []
    var position = 0
    for range in try BinaryChunk(bytes).nameRanges {
      result += bytes[position..<range.lowerBound] + emptyLists
      position = range.upperBound
    }
    return result + bytes[position...]
  }
}

/// A cursor over the bytes of a compiled chunk.
private struct ChunkReader {
  private let bytes: [UInt8]
  private var position = 0
  private(set) var nameRanges: [Range<Int>] = []

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
  }

  var isAtEnd: Bool { position == bytes.count }

  typealias Malformed = BinaryChunk.Malformed

  // Signature, version 5.4, format 0, bytes that a text conversion would change, then the sizes and
  // encodings of instructions, integers and floats on a 64-bit little-endian machine.
  private static let header: [UInt8] = [
    0x1b, 0x4c, 0x75, 0x61, 0x54, 0x00, 0x19, 0x93, 0x0d, 0x0a, 0x1a, 0x0a, 4, 8, 8,
    0x78, 0x56, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x28, 0x77, 0x40,
  ]

  // Lua's own compiler stops at 200 nested functions (LUAI_MAXCCALLS).
  private static let depthLimit = 200

  mutating func checkHeader() throws(Malformed) {
    guard bytes.starts(with: Self.header) else {
      throw Malformed(description: "not a compiled chunk of Lua 5.4 for this machine")
    }
    position = Self.header.count
  }

  mutating func prototype(depth: Int) throws(Malformed) -> BinaryChunk.Prototype {
    guard depth <= Self.depthLimit else { throw Malformed(description: "functions nest too deep") }
    var prototype = BinaryChunk.Prototype()
    _ = try string()  // the source's name
    let firstLine = try integer()
    _ = try integer()  // the last line
    try skip(3)  // parameters, variadic or not, stack size
    prototype.code = try list { (reader) throws(Malformed) in try reader.instruction() }
    prototype.constants = try list { (reader) throws(Malformed) in try reader.constant() }
    prototype.upvalues = try list { (reader) throws(Malformed) in try reader.upvalue() }
    prototype.prototypes = try list { (reader) throws(Malformed) in
      try reader.prototype(depth: depth + 1)
    }
    prototype.lines = try lines(from: firstLine)
    let namesStart = position
    prototype.locals = try list { (reader) throws(Malformed) in try reader.local() }
    _ = try list { (reader) throws(Malformed) in try reader.string() }  // the upvalues' names
    nameRanges.append(namesStart..<position)
    guard prototype.lines.count == prototype.code.count else {
      throw Malformed(description: "the compiled chunk has no line numbers")
    }
    return prototype
  }

  mutating func byte() throws(Malformed) -> UInt8 {
    guard position < bytes.count else { throw Self.cutShort }
    defer { position += 1 }
    return bytes[position]
  }

  private static let cutShort = Malformed(description: "the compiled chunk is cut short")

  private mutating func skip(_ count: Int) throws(Malformed) {
    guard count <= bytes.count - position else { throw Self.cutShort }
    position += count
  }

  /// Reads a number of seven bits a byte, highest first; the last byte has its top bit set.
  private mutating func integer() throws(Malformed) -> Int {
    var value = 0
    while true {
      let byte = try byte()
      guard value <= Int(Int32.max) >> 7 else {
        throw Malformed(description: "a number in the compiled chunk is too large")
      }
      value = value << 7 | Int(byte & 0x7f)
      if byte & 0x80 != 0 { return value }
    }
  }

  private mutating func list<Element>(
    _ read: (inout ChunkReader) throws(Malformed) -> Element
  ) throws(Malformed) -> [Element] {
    let count = try integer()
    // Every element takes a byte at least, so a false count ends here and not in memory.
    guard count <= bytes.count - position else { throw Self.cutShort }
    var elements: [Element] = []
    for _ in 0..<count {
      elements.append(try read(&self))
    }
    return elements
  }

  private mutating func string() throws(Malformed) -> String? {
    let size = try integer()
    if size == 0 { return nil }  // a string that is not there; an empty one has the size 1
    let start = position
    try skip(size - 1)
    return String(decoding: bytes[start..<position], as: UTF8.self)
  }

  private mutating func instruction() throws(Malformed) -> UInt32 {
    let start = position
    try skip(4)
    return bytes[start..<position].reversed().reduce(0) { $0 << 8 | UInt32($1) }
  }

  private mutating func constant() throws(Malformed) -> String? {
    switch try byte() {
    case 0x00, 0x01, 0x11: return nil  // nil, false, true
    case 0x03, 0x13:  // integer, float
      try skip(8)
      return nil
    case 0x04, 0x14: return try string()  // short, long
    default: throw Malformed(description: "a constant of the compiled chunk has no known type")
    }
  }

  private mutating func upvalue() throws(Malformed) -> BinaryChunk.Upvalue {
    let isInRegister = try byte() != 0
    let index = Int(try byte())
    _ = try byte()  // the kind of variable: regular, constant, to be closed
    return BinaryChunk.Upvalue(isInRegister: isInRegister, index: index)
  }

  private mutating func local() throws(Malformed) -> BinaryChunk.LocalVariable {
    _ = try string()  // its name
    let (start, end) = (try integer(), try integer())
    guard start <= end else {
      throw Malformed(description: "a local variable of the compiled chunk ends before it starts")
    }
    return BinaryChunk.LocalVariable(scope: start..<end)
  }

  /// Reads the line of each instruction: a difference to the one before, or a mark that the line
  /// stands in the second list.
  private mutating func lines(from firstLine: Int) throws(Malformed) -> [Int] {
    let differences = try list { (reader) throws(Malformed) in Int8(bitPattern: try reader.byte()) }
    let absolute = try list { (reader) throws(Malformed) in
      (instruction: try reader.integer(), line: try reader.integer())
    }
    var line = firstLine
    var marks = absolute[...]
    var lines: [Int] = []
    for (instruction, difference) in differences.enumerated() {
      if difference != .min {
        line += Int(difference)
      } else if let mark = marks.popFirst(), mark.instruction == instruction {
        line = mark.line
      } else {
        throw Malformed(description: "the line numbers of the compiled chunk do not agree")
      }
      lines.append(line)
    }
    return lines
  }
}
