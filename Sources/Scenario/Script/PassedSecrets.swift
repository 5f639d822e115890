/// What a script passes to `secret` of that which the command line gives it, as its text tells it.
///
/// A scenario that fails before that call has run must not show it in the command that runs it again.
struct PassedSecrets {
  /// The names of variables.
  private var variables: Set<String> = []
  /// Whether any variable may be passed.
  private var passesAnyVariable = true
  private var passesArguments = true

  /// Reads a script.
  ///
  /// - Parameter source: Its text; `nil` where it cannot be read, so that it may pass anything.
  init(_ source: [UInt8]?) {
    guard let source else { return }
    let tokens = Lexer.read(source).tokens
    let flow = SecretFlow(source, tokens)
    variables = flow.variables
    passesAnyVariable =
      flow.passesAnyVariable || flow.isUnclear && tokens.contains { $0.kind == .name("var") }
    passesArguments =
      flow.passesArguments || flow.isUnclear && tokens.contains { $0.kind == .name("arg") }
  }

  /// Options without the values of `-D` that the script may pass.
  ///
  /// - Parameter options: Without what is known to be secret.
  /// - Returns: The options, with "…" for such a value.
  func shown(options: [String]) -> [String] {
    options.indices.map { index in
      let option = options[index]
      guard index > 0, options[index - 1] == "-D", !Self.isHidden(option) else { return option }
      let name = option.prefix { $0 != "=" }
      let isPassed = passesAnyVariable || variables.contains(String(name))
      return isPassed ? "\(name)=\(Self.omission)" : option
    }
  }

  /// Arguments of the script without those that it may pass.
  ///
  /// - Parameter arguments: Without what is known to be secret.
  /// - Returns: The arguments, with "…" for such a one.
  func shown(arguments: [String]) -> [String] {
    if !passesArguments { return arguments }
    return arguments.map { Self.isHidden($0) ? $0 : Self.omission }
  }

  private static let omission = "…"

  private static func isHidden(_ text: String) -> Bool {
    text.contains(String(decoding: Secrets.substitute, as: UTF8.self))
  }
}
