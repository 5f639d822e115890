/// The global names that a compiled script reads and assigns, each with its line.
///
/// Global is what the compiler finds in the chunk's own `_ENV`; in the reach of a local variable or
/// a parameter named `_ENV` a free name belongs to that table and is none of these.
package struct GlobalNames: Hashable, Sendable {
  /// One place where a name stands.
  package struct Use: Hashable, Sendable {
    package let name: String
    package let line: Int

    package init(name: String, line: Int) {
      self.name = name
      self.line = line
    }
  }

  /// Why a chunk cannot be examined.
  package struct UnreadableChunk: Error, Hashable, CustomStringConvertible {
    package let description: String
  }

  /// Every read, function by function in the order of the code.
  package private(set) var reads: [Use] = []
  /// Every assignment, function by function in the order of the code.
  package private(set) var assignments: [Use] = []
  /// The names that are asked about somewhere: in a condition, beside `==`, in `type(name)`.
  package private(set) var tested: Set<String> = []

  /// Examines a chunk.
  ///
  /// - Parameter chunk: A text script as `lua_dump` writes it after `lua_load`, not stripped.
  /// - Throws: ``UnreadableChunk`` when the chunk is cut short, inconsistent, or of another Lua.
  ///
  /// The corresponding C function is `lua_dump`.
  package init(chunk: [UInt8]) throws(UnreadableChunk) {
    do {
      let main = try BinaryChunk(chunk).main
      // lua_load sets the main function's one upvalue to the table of globals.
      try collect(from: main, environments: main.upvalues.indices.map { $0 == 0 })
    } catch {
      throw UnreadableChunk(description: error.description)
    }
  }

  /// The names that the script reads though nothing gives them a value.
  ///
  /// - Parameter known: The names that are there before the script runs; what the script itself
  ///   assigns anywhere is known besides.
  /// - Returns: Each unknown name once, at its first line, in the order of the lines.
  package func unknown(besides known: Set<String>) -> [Use] {
    var told = known.union(assignments.map(\.name))
    return reads.sorted { $0.line < $1.line }.filter { told.insert($0.name).inserted }
  }

  /// Adds the names of a function and of those inside it; `environments` tells of each of its
  /// upvalues whether it is the chunk's `_ENV`.
  private mutating func collect(
    from prototype: BinaryChunk.Prototype,
    environments: [Bool]
  ) throws(BinaryChunk.Malformed) {
    var tracer = GlobalAccessTracer(prototype, environments: environments)
    try tracer.run()
    reads += tracer.reads
    assignments += tracer.assignments
    tested.formUnion(tracer.tested)
    for inner in prototype.prototypes {
      let inherited = inner.upvalues.map { upvalue in
        !upvalue.isInRegister && environments.indices.contains(upvalue.index)
          && environments[upvalue.index]
      }
      try collect(from: inner, environments: inherited)
    }
  }
}
