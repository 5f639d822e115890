internal import LuaBridge

/// A method that an error of Lua says is not there.
struct MisspeltMethod {
  let name: String

  /// Reads the name out of an error; `nil` where it is about something else.
  init?(_ message: String) {
    guard let rest = message.removing(prefix: "attempt to call a nil value (method '"),
      rest.hasSuffix("')")
    else { return nil }
    name = String(rest.dropLast(2))
  }

  /// The end of a sentence that names the method of the module which is most like it; `nil` where none
  /// is, so that an object of the script's own is not meant.
  func suggestion(in runtime: LuaRuntime) -> String? {
    let classes = runtime.methodNames.filter { $0.key.hasPrefix("localsocket.") }
    guard let nearest = NearestName.suggestion(for: name, among: Set(classes.values.joined()))
    else {
      return nil
    }
    let owners = classes.filter { $0.value.contains(nearest) }.keys.sorted()
    return "; did you mean '\(nearest)' of \(owners.joined(separator: " or "))?"
  }
}
