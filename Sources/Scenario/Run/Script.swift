/// A script's file: its path as the user named it, its text and its header.
package struct Script: Sendable {
  let path: String
  /// What Lua calls the script.
  let chunkName: String
  let source: [UInt8]
  let options: ScenarioOptions
  /// Whether its variables may hold what it only then passes to `secret`.
  let hasSecretsInVariables: Bool

  /// Stands for what is typed, which has no file: its modules are found in the working directory.
  init(named name: String) {
    path = name
    chunkName = "=" + name
    source = []
    options = ScenarioOptions()
    hasSecretsInVariables = false
  }

  /// Reads a script.
  ///
  /// - Throws: ``Failure(.loadError)`` when it cannot be read or its header says something wrong.
  init(path: String) throws(Failure) {
    self.path = path
    chunkName = "@" + path
    do throws(FileSystem.Failure) {
      source = try Self.text(of: path)
    } catch {
      throw Failure(.loadError, "cannot read the script: \(error.reason)")
    }
    do throws(ScriptHeader.Malformed) {
      options = ScenarioOptions(try ScriptHeader(source: source))
    } catch {
      let location = ScriptLocation(file: path, line: error.line)
      throw Failure(.loadError, error.message, at: location)
    }
    hasSecretsInVariables = Secrets.mayBeInVariables(of: source)
  }

  /// Reads a file without the mark with which some editors begin UTF-8, as `luaL_loadfilex` does.
  static func text(of path: String) throws(FileSystem.Failure) -> [UInt8] {
    let contents = try FileSystem.contents(of: path)
    let byteOrderMark: [UInt8] = [0xef, 0xbb, 0xbf]
    return contents.starts(with: byteOrderMark) ? Array(contents.dropFirst(3)) : contents
  }

  /// How many lines the script has; what follows the last newline is a line if it is not empty.
  var lineCount: Int {
    let newlines = source.count { $0 == UInt8(ascii: "\n") }
    return source.last == UInt8(ascii: "\n") ? newlines : newlines + 1
  }

  /// The directory in which the script lies.
  var directory: String { Self.directory(of: path) }

  /// The directory in which a file lies.
  static func directory(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  /// The text as Lua compiles it: a first line that starts with `#` is for the shell, and becomes a
  /// comment, so that the lines keep their numbers.
  var luaSource: [UInt8] {
    source.first == UInt8(ascii: "#") ? Array("--".utf8) + source : source
  }
}
