/// The blocks of a script with many, so that a state need not hold the others when it runs one.
///
/// A block that is written out at the top of the file does nothing in a state that is made for
/// another one: its name and its options are literals, and its function is not called. It is left
/// out, and a thousand blocks cost a thousand times what one costs.
struct BlockOutline {
  private let source: [UInt8]
  /// The script with nothing of the blocks but their lines' ends.
  private let rest: [UInt8]
  private let statements: [String: (whole: Range<Int>, place: Range<Int>)]

  /// With fewer blocks, to load all of them takes less time than to compile one.
  private static let fewest = 50
  /// The fewest bytes of one, so that short scripts need not be read.
  private static let shortest = #"scenario("a",function()end)"#.utf8.count

  /// Finds the blocks of a script; `nil` where it has few.
  ///
  /// - Parameter source: The script as Lua compiles it.
  init?(_ source: [UInt8]) {
    guard source.count >= Self.fewest * Self.shortest, let script = try? Parser.parse(source)
    else { return nil }
    let reading = ScriptReading(script)
    guard !reading.changesScenario else { return nil }
    var statements: [String: (whole: Range<Int>, place: Range<Int>)] = [:]
    var rest: [UInt8] = []
    var end = 0
    for (index, statement) in script.statements.enumerated() {
      guard let name = reading.blockName(of: statement) else { continue }
      let next = index + 1
      let behind = next < script.statements.count ? script.statements[next].offset : source.count
      rest += source[end..<statement.offset]
      let place = rest.count
      // What stands before and behind it must not become one statement.
      rest.append(UInt8(ascii: ";"))
      rest += source[statement.offset..<behind].filter { Self.lineEnds.contains($0) }
      statements[name] = (statement.offset..<behind, place..<rest.count)
      end = behind
    }
    guard statements.count >= Self.fewest else { return nil }
    self.source = source
    self.rest = rest + source[end...]
    self.statements = statements
  }

  private static let lineEnds = [UInt8(ascii: "\n"), UInt8(ascii: "\r")]

  /// The script without the blocks that are not wanted; its lines keep their numbers.
  func text(for name: String) -> [UInt8] {
    guard let block = statements[name] else { return rest }
    return rest[..<block.place.lowerBound] + Array(source[block.whole])
      + rest[block.place.upperBound...]
  }
}

extension ScriptReading {
  /// Whether `scenario` may be another function than parley's.
  fileprivate var changesScenario: Bool {
    namesEnvironment || assignedGlobals.contains("scenario") || ownMembers.contains("scenario")
  }

  /// The name of the block that a statement declares, if that is all that it does.
  fileprivate func blockName(of statement: Statement) -> String? {
    guard case .call(let call) = statement.kind, case .chain(let base, let suffixes) = call.kind,
      case .name("scenario") = base.kind, variables[base.offset] == nil, suffixes.count == 1,
      case .call(let arguments) = suffixes[0].kind, arguments.count >= 2, arguments.count <= 3,
      case .string(let name) = arguments[0].kind, case .function = arguments.last?.kind,
      arguments.dropFirst().dropLast().allSatisfy(\.isLiteral)
    else { return nil }
    return String(validating: name, as: UTF8.self)
  }
}

extension Expression {
  /// Whether it is written out, so that nothing happens when it is evaluated.
  fileprivate var isLiteral: Bool {
    switch kind {
    case .nothing, .boolean, .number, .string: true
    case .table(let fields): fields.allSatisfy(\.isLiteral)
    default: false
    }
  }
}

extension Field {
  fileprivate var isLiteral: Bool {
    if case .keyed(let key, _) = self, !key.isLiteral { return false }
    return value.isLiteral
  }
}
