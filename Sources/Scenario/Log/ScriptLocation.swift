/// A line of a script.
package struct ScriptLocation: Hashable, Sendable, CustomStringConvertible {
  /// The file as it was named on the command line.
  package let file: String
  /// The line's number; the first line is 1.
  package let line: Int

  package init(file: String, line: Int) {
    self.file = file
    self.line = line
  }

  /// The form `file:line` that editors and terminals make a link of.
  package var description: String { "\(file):\(line)" }

  /// The location without the file's directories.
  package var shortDescription: String {
    let name = file.split(separator: "/").last ?? file[...]
    return "\(name):\(line)"
  }
}
