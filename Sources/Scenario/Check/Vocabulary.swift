internal import LuaBridge

/// The names that the scenario language has for what scripts write, as the language itself has them.
struct Vocabulary {
  /// The members of each kind of object, by what messages call it.
  let members: [String: Set<String>]
  /// The members of `t` that are no methods.
  let fields: Set<String>
  /// The functions and methods whose first argument is a duration.
  let timed: Set<String>
  /// What functions and methods take in a table of options, by their names.
  let options: [String: Options]
  /// The names of codecs.
  let codecs: Set<String>

  /// The options of a function.
  struct Options {
    /// Which argument they are, counted from 0.
    let index: Int
    /// The types of each option's values, as Lua calls them, with "|" between them.
    let types: [String: String]
    /// Those that are durations.
    let durations: Set<String>
    var names: Set<String> { Set(types.keys) }
  }

  /// Asks the language of a session.
  ///
  /// - Throws: ``Failure`` of parley itself, when the language does not tell.
  init(_ session: Session) throws(Failure) {
    let main = session.runtime.main
    let top = main.top
    defer { main.pop(main.top - top) }
    guard let host = session.prelude?.host else { throw Failure(.internalError, "no prelude") }
    try session.language.push("vocabulary", in: session.runtime)
    host.push(on: main)
    if let message = session.runtime.callTop(argumentCount: 1, resultCount: 1) {
      throw Failure(.internalError, message)
    }
    members = main.fields("members") { main.names }
    options = main.fields("options") {
      main.rawGet("position", from: -1)
      let position = main.integer(at: -1) ?? 1
      main.pop()
      let types = main.fields("types") { main.text(at: -1) ?? "" }
      return Options(index: position - 1, types: types, durations: main.names(in: "durations"))
    }
    codecs = main.names(in: "codecs")
    fields = main.names(in: "fields")
    timed = main.names(in: "timed")
  }
}

extension LuaThread {
  /// The values of a field of the table on the top, by their names; each is on the top when it is read.
  fileprivate func fields<Value>(_ field: String, _ read: () -> Value) -> [String: Value] {
    rawGet(field, from: -1)
    defer { pop() }
    var fields: [String: Value] = [:]
    forEachPair(of: -1) {
      if let name = text(at: -2) { fields[name] = read() }
    }
    return fields
  }

  /// The texts of the list in a field of the table on the top.
  fileprivate func names(in field: String) -> Set<String> {
    rawGet(field, from: -1)
    defer { pop() }
    return names
  }

  /// The texts of the list on the top.
  fileprivate var names: Set<String> {
    Set(
      (0..<rawLength(at: -1)).compactMap { index in
        rawGet(index + 1, from: -1)
        defer { pop() }
        return text(at: -1)
      }
    )
  }
}
