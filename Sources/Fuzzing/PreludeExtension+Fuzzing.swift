internal import CFuzzing
package import Scenario

extension PreludeExtension {
  /// What fuzzing adds to the language of scenarios: `fuzz`, `target`, `machine`, `invariant` and
  /// `never`.
  package static let fuzzing = PreludeExtension(
    chunk: "fuzzglobals",
    declarers: ["fuzz"],
    source: { unsafe text(of: $0, in: fuzzing_sources()) }
  )
}

/// The C source that makes a target count its coverage.
package enum CoverageShim {
  /// The text, for a file of the user's.
  package static var source: String {
    guard let shim = unsafe fuzzing_shim()?.pointee else { return "" }
    let bytes = unsafe UnsafeRawBufferPointer(start: shim.bytes, count: shim.length)
    return unsafe String(decoding: bytes, as: UTF8.self)
  }
}
