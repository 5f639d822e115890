internal import CFuzzing
internal import LuaBridge

/// A map in shared memory in which a target counts the edges that it passes, in the form of AFL.
@safe final class CoverageMap {
  private var coverage = unsafe cf_coverage()
  private var classes: [UInt8]

  /// Makes a map; `nil` when the kernel has no room for it.
  private init?(size: Int) {
    guard unsafe cf_coverage_make(&coverage, size) else { return nil }
    classes = unsafe [UInt8](repeating: 0, count: coverage.size)
  }

  deinit {
    unsafe cf_coverage_drop(&coverage)
  }

  /// The native that makes one: its size.
  static var native: LuaFunction {
    LuaFunction("coverageMap") { call throws(LuaError) in
      guard let map = CoverageMap(size: max(64, try call.integer(1))) else {
        return call.returningNil()
      }
      call.runtime.register(luaClass)
      call.runtime.push(map, on: call.thread)
      return .results(1)
    }
  }

  private typealias Methods = LuaClass<CoverageMap>

  private static var luaClass: LuaClass<CoverageMap> {
    LuaClass(
      "coverage map",
      methods: [
        // What a target finds it by.
        Methods.method("identifier") { (map, call) throws(LuaError) in
          call.returning(unsafe Int(map.coverage.identifier))
        },
        Methods.method("size") { (map, call) throws(LuaError) in
          call.returning(unsafe map.coverage.size)
        },
        Methods.method("reset") { (map, _) throws(LuaError) in
          unsafe cf_coverage_reset(&map.coverage)
          return .nothing
        },
        // New edges, and new counts of known ones; a flag says to keep them.
        Methods.method("judge") { (map, call) throws(LuaError) in
          let novelty = unsafe cf_coverage_judge(&map.coverage, call.thread.boolean(at: 2))
          call.thread.push(novelty.edges)
          call.thread.push(novelty.counts)
          return .results(2)
        },
        // Remembers the counts, for `mask`.
        Methods.method("remember") { (map, _) throws(LuaError) in
          unsafe map.classes.withUnsafeMutableBufferPointer { classes in
            unsafe cf_coverage_classes(&map.coverage, classes.baseAddress)
          }
          return .nothing
        },
        // Masks edges that differ from what was remembered; how many were not masked before.
        Methods.method("mask") { (map, call) throws(LuaError) in
          let count = unsafe map.classes.withUnsafeBufferPointer { classes in
            unsafe cf_coverage_mask(&map.coverage, classes.baseAddress)
          }
          return call.returning(count)
        },
        Methods.method("known") { (map, call) throws(LuaError) in
          call.returning(unsafe cf_coverage_known(&map.coverage))
        },
      ],
      close: { _, _ in },
      describe: { _ in "coverage map" }
    )
  }
}
