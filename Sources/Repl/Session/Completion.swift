internal import LuaBridge
internal import Scenario

/// What Tab does to a line.
struct Completion {
  /// What goes in at the cursor.
  var inserted = ""
  /// What could stand there, to be shown; empty where it is only one.
  var choices = ""
}

extension Repl {
  /// What completes a text that stands before the cursor.
  func completion(of text: String) -> Completion {
    let found = session.runtime.ask(functions.completions) {
      $0.push(text)
      return 1
    } _: { thread -> Completion? in
      guard thread.type(at: -1) == .table else { return nil }
      thread.rawGet("inserted", from: -1)
      thread.rawGet("choices", from: -2)
      defer { thread.pop(2) }
      return Completion(
        inserted: thread.text(at: -2) ?? "",
        choices: thread.text(at: -1) ?? ""
      )
    }
    return found ?? Completion()
  }
}

extension PromptFunctions {
  /// Whether more has to follow a text.
  func isIncomplete(_ text: [UInt8], _ runtime: LuaRuntime) -> Bool {
    runtime.ask(isIncomplete) {
      $0.push(text)
      return 1
    } _: {
      $0.boolean(at: -1)
    } ?? false
  }

  /// What stands before the number of a line.
  func title(_ runtime: LuaRuntime) -> String {
    runtime.ask(title) {
      _ in
      0
    } _: {
      $0.text(at: -1)
    } ?? "parley"
  }
}
