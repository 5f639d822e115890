/// What Lua says of a recursion that nothing ends.
enum StackOverflow {
  /// The sentence for a message of Lua's about a stack that is full; `nil` for any other message.
  ///
  /// Each coroutine that such an error passes puts its own line before it, up to hundreds.
  static func sentence(for message: String) -> String? {
    let parts = message.split(separator: ": ")
    guard parts.dropLast().allSatisfy(isPlace) else { return nil }
    switch parts.last {
    case "stack overflow": return "the script recurses too deeply (stack overflow)"
    case "C stack overflow":
      return "the script recurses too deeply through C functions (C stack overflow)"
    default: return nil
    }
  }

  /// Whether a text is a file and a line, as they stand before a message.
  private static func isPlace(_ text: Substring) -> Bool {
    let line = text.split(separator: ":").last ?? ""
    return line.count < text.count && line.allSatisfy(\.isNumber)
  }
}
