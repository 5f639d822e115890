package import Scenario

/// What the command line says about a session of typing.
package struct ReplConfiguration {
  package var common = CommonConfiguration()
  /// What may be typed besides the scenario language; what the prompt itself adds is among it.
  package var extensions: [PreludeExtension] = [.typing]
  /// The socket to connect to first; `nil` for none.
  package var name: String?
  /// The name to listen on first for one connection; `nil` for none.
  package var listenName: String?
  /// The codec of the first conversation.
  package var codec = "stream"
  /// The script that is run first; `nil` for none.
  package var script: String?
  /// The file of the log; `nil` keeps none beyond the session.
  package var logPath: String?
  /// Whether somebody types: then there is a prompt.
  package var isInteractive = false
  /// Whether results go to a terminal.
  package var hasScreen = false
  /// Whether what went wrong goes to a terminal.
  package var complainsOnScreen = false
  /// Whether lines are edited, on a terminal that can do it.
  package var hasEditor = false
  /// How output is laid out now.
  package var format: () -> ReportFormat = { ReportFormat() }
  /// The width of the screen in columns now.
  package var columns: () -> Int = { 80 }
  /// Writes results.
  package var print: (String) -> Void = { _ in }
  /// Writes what went wrong.
  package var complain: (String) -> Void = { _ in }

  package init() {}
}
