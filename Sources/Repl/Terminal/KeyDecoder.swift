/// Finds characters and pasted texts in what a terminal sends.
///
/// A terminal that is asked to (`ESC [ ? 2004 h`) sends what is pasted between two marks, so that
/// its lines are not taken for typed ones.
struct KeyDecoder {
  enum Key: Equatable {
    case character(Unicode.Scalar)
    case paste([Unicode.Scalar])
  }

  private var bytes: [UInt8] = []
  /// What has come of a pasted text; `nil` while none does.
  private var pasted: [UInt8]?

  private static let start = Array("\u{1B}[200~".utf8)
  private static let end = Array("\u{1B}[201~".utf8)

  /// Whether something may be the beginning of a mark, or keys that somebody has pressed.
  private(set) var isWaiting = false

  /// Takes bytes in.
  ///
  /// - Returns: The keys that are whole now; what is cut off waits for the rest.
  mutating func decode(_ piece: [UInt8]) -> [Key] {
    bytes += piece
    isWaiting = false
    return decodeAll()
  }

  /// Takes what may be the beginning of a mark for keys, as nothing has followed.
  mutating func giveUp() -> [Key] {
    guard isWaiting else { return [] }
    defer { isWaiting = false }
    return decodeAll()
  }

  private mutating func decodeAll() -> [Key] {
    var keys: [Key] = []
    var index = 0
    while index < bytes.count, let count = decodeOne(at: index, into: &keys) { index += count }
    bytes.removeFirst(index)
    return keys
  }

  /// - Returns: How many bytes were taken; `nil` where more have to come.
  private mutating func decodeOne(at index: Int, into keys: inout [Key]) -> Int? {
    if pasted != nil { return decodePasted(at: index, into: &keys) }
    let rest = bytes[index...]
    if rest.starts(with: Self.start) {
      pasted = []
      return Self.start.count
    }
    // ESC alone is a key: what it begins is there at once, or a moment later.
    if !isWaiting, Self.start.starts(with: rest) {
      isWaiting = true
      return nil
    }
    return decodeCharacter(at: index, into: &keys)
  }

  private mutating func decodePasted(at index: Int, into keys: inout [Key]) -> Int? {
    let rest = bytes[index...]
    if rest.starts(with: Self.end) {
      keys.append(.paste(Self.text(of: pasted ?? [])))
      pasted = nil
      return Self.end.count
    }
    if Self.end.starts(with: rest) { return nil }
    let next = rest.dropFirst().firstIndex(of: Self.end[0]) ?? rest.endIndex
    pasted?.append(contentsOf: bytes[index..<next])
    return next - index
  }

  private func decodeCharacter(at index: Int, into keys: inout [Key]) -> Int? {
    var decoder = UTF8()
    let available = bytes[index...].prefix(4)
    var iterator = available.makeIterator()
    guard case .scalarValue(let scalar) = decoder.decode(&iterator) else {
      let isCut = available.count < Self.length(of: bytes[index])
      if isCut, available.dropFirst().allSatisfy({ $0 & 0xc0 == 0x80 }) { return nil }
      keys.append(.character("\u{FFFD}"))
      return 1
    }
    keys.append(.character(scalar))
    return UTF8.width(scalar)
  }

  private static func length(of lead: UInt8) -> Int {
    switch lead {
    case 0xc2...0xdf: 2
    case 0xe0...0xef: 3
    case 0xf0...0xf4: 4
    default: 1
    }
  }

  /// A pasted text without what is no text; its last line ends with Enter.
  private static func text(of bytes: [UInt8]) -> [Unicode.Scalar] {
    var scalars: [Unicode.Scalar] = []
    for scalar in String(decoding: bytes, as: UTF8.self).unicodeScalars {
      if scalar == "\n", scalars.last == "\r" { scalars.removeLast() }
      if scalar.value >= 0x20 || "\n\r\t".unicodeScalars.contains(scalar) { scalars.append(scalar) }
    }
    scalars = scalars.map { $0 == "\r" ? "\n" : $0 }
    while scalars.last == "\n" { scalars.removeLast() }
    return scalars
  }
}
