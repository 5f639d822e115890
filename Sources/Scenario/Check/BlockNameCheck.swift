/// Looks for blocks of a file that have the same name.
///
/// Only the file's own statements are looked at: what stands in a branch or a function need not be run.
struct BlockNameCheck {
  private(set) var remarks: [Remark] = []

  /// - Parameters:
  ///   - reading: The script.
  ///   - declarers: The globals that declare blocks.
  init(_ reading: ScriptReading, declarers: Set<String>) {
    var names: Set<[UInt8]> = []
    for case .call(let call) in reading.blocks.first?.statements.map(\.kind) ?? [] {
      guard let (base, suffixes) = call.parts, suffixes.count == 1,
        case .call(let arguments) = suffixes[0].kind,
        case .string(let name) = arguments.first?.kind,
        declarers.contains(where: { reading.isGlobal($0, base) }), !names.insert(name).inserted
      else { continue }
      let text = String(decoding: name, as: UTF8.self)
      let message = "there are two scenarios with the name \"\(text)\""
      remarks.append(Remark(kind: .unloadable, offset: arguments[0].offset, message: message))
    }
  }
}
