internal import CPrompt
package import Scenario

extension PreludeExtension {
  /// What the prompt adds to the language of scenarios, for the states in which somebody types.
  package static let typing = PreludeExtension {
    unsafe text(of: $0, in: prompt_sources())
  }
}
