/// The members that a script's modules may add to the objects of the language.
struct AddedMembers {
  /// The names under which the modules put something into any table.
  ///
  /// `nil` where there may be others, since a module is not beside the script, or could do otherwise
  /// than it reads.
  let names: Set<String>?

  /// - Parameters:
  ///   - reading: The script.
  ///   - path: Where it is.
  init(_ reading: ScriptReading, at path: String) {
    names = Self.names(reading, in: Script.directory(of: path))
  }

  private static func names(_ script: ScriptReading, in directory: String) -> Set<String>? {
    var names: Set<String> = []
    var known: Set<String> = []
    var unfollowed = [script]
    while let reading = unfollowed.popLast() {
      guard let modules = modules(of: reading) else { return nil }
      // What a module has under computed names may be put elsewhere here.
      if !modules.isEmpty, reading.mayFillOthers { return nil }
      for module in modules where known.insert(module).inserted {
        guard let file = RequiredModules.file(of: module, in: directory),
          let text = try? Script.text(of: file), let block = try? Parser.parse(text)
        else { return nil }
        let reading = ScriptReading(block)
        if reading.mayFillOthers || reading.replacesLanguage { return nil }
        names.formUnion(reading.ownMembers)
        unfollowed.append(reading)
      }
    }
    return names
  }

  /// The names that a file gives to `require`; `nil` where it does not write all of them out.
  private static func modules(of reading: ScriptReading) -> [String]? {
    let names = reading.chains.compactMap { reading.requiredName($0) }
    guard names.count == reading.globalUses["require", default: 0] else { return nil }
    return names.filter { $0 != "localsocket" }
  }
}

extension ScriptReading {
  /// Whether code may run that is not in the script's file or in what it requires.
  var runsUnknownCode: Bool {
    namesEnvironment
      || ["dofile", "loadfile", "load", "package", "_G"].contains { globalUses[$0] != nil }
  }

  /// Whether the file may put something into a table of somebody else's, under a name that it does not
  /// write out.
  fileprivate var mayFillOthers: Bool {
    runsUnknownCode || !readGlobals.isDisjoint(with: ["debug", "getmetatable", "rawset"])
      || filled.contains { !$0.suffixes.isEmpty || !isOwnTable($0.base) }
      || globalUses["setmetatable", default: 0] > chains.count(where: setsMetatableOfOwn)
  }

  /// Whether the file puts something of its own in the place of a global of the language.
  fileprivate var replacesLanguage: Bool {
    !assignedGlobals.isDisjoint(with: ["any", "pattern", "ready", "t"])
  }

  private func setsMetatableOfOwn(_ expression: Expression) -> Bool {
    guard let (base, suffixes) = expression.parts, isGlobal("setmetatable", base),
      case .call(let arguments) = suffixes.first?.kind
    else { return false }
    return arguments.first.map(isOwnTable) ?? false
  }

  /// Whether an expression is a table that the file makes there, or a variable that holds one.
  private func isOwnTable(_ expression: Expression) -> Bool {
    if case .table = expression.kind { return true }
    guard let variable = variables[expression.offset], !variable.isAssigned,
      case .values(let values, let index) = variable.origin, values.indices.contains(index),
      case .table = values[index].kind, case .name = expression.kind
    else { return false }
    return true
  }
}
