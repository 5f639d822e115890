/// The modules that scripts load with `require`, where they name them outright and lie beside the script.
struct RequiredModules {
  /// What a file requires, by its path: each file is read once.
  private var required: [String: [String]] = [:]

  /// Finds the modules that a script and its modules require.
  ///
  /// - Parameter script: The script's path.
  /// - Returns: The paths of the files that are there.
  mutating func files(of script: String) -> Set<String> {
    let directory = Script.directory(of: script)
    var found: Set<String> = []
    var unread = [script]
    while let file = unread.popLast() {
      for name in names(in: file) {
        guard let module = Self.file(of: name, in: directory), module != script,
          found.insert(module).inserted
        else { continue }
        unread.append(module)
      }
    }
    return found
  }

  /// Whether a file declares scenarios of its own.
  static func declaresScenarios(_ file: String) -> Bool {
    guard let text = try? Script.text(of: file), text.contains("scenario".utf8),
      let block = try? Parser.parse(text)
    else { return false }
    let reading = ScriptReading(block)
    return reading.chains.contains { chain in
      guard let (base, suffixes) = chain.parts, case .call? = suffixes.first?.kind else {
        return false
      }
      return reading.isGlobal("scenario", base)
    }
  }

  /// The names that a file gives to `require`; none where it cannot be read.
  private mutating func names(in file: String) -> [String] {
    if let known = required[file] { return known }
    let names = (try? Script.text(of: file)).map(Self.names) ?? []
    required[file] = names
    return names
  }

  private static func names(in text: [UInt8]) -> [String] {
    // Most scripts require nothing, and need not be read any further.
    guard text.contains("require".utf8), let block = try? Parser.parse(text) else { return [] }
    let reading = ScriptReading(block)
    return reading.chains.compactMap { reading.requiredName($0) }
  }

  /// Where `require` finds a module first, as `package.path` says.
  static func file(of name: String, in directory: String) -> String? {
    let path = name.replacing(".", with: "/")
    let prefix = directory == "." ? "" : directory + "/"
    return ["\(prefix)\(path).lua", "\(prefix)\(path)/init.lua"].first { file in
      (try? FileSystem.status(of: file))?.isRegularFile == true
    }
  }
}

extension ScriptReading {
  /// The name of a module that an expression requires; `nil` where it does not, or not outright.
  func requiredName(_ expression: Expression) -> String? {
    guard let (base, suffixes) = expression.parts, isGlobal("require", base),
      case .call(let arguments) = suffixes.first?.kind,
      case .string(let name) = arguments.first?.kind
    else { return nil }
    return String(decoding: name, as: UTF8.self)
  }
}
