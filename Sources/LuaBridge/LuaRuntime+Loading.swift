internal import CLua
internal import CLuaShim

/// Why a chunk was not loaded.
package struct LuaLoadError: Error, Equatable {
  /// Lua's own sentence, with the chunk's name and the line.
  package let message: String
}

extension LuaRuntime {
  /// Compiles source text and pushes its function on the main stack.
  ///
  /// Precompiled chunks, which Lua does not verify, are refused.
  ///
  /// - Parameters:
  ///   - source: The text.
  ///   - chunk: Its name: a path after `@`, or a name after `=`.
  /// - Throws: ``LuaLoadError`` when the text does not parse.
  package func load(_ source: UnsafeRawBufferPointer, chunk: String) throws(LuaLoadError) {
    try unsafe load(source, chunk: chunk, isCompiled: false)
  }

  private func load(
    _ source: UnsafeRawBufferPointer,
    chunk: String,
    isCompiled: Bool
  ) throws(LuaLoadError) {
    let status = unsafe chunk.withCString { chunk in
      unsafe lsl_load(
        shim,
        main.pointer,
        source.baseAddress?.assumingMemoryBound(to: CChar.self),
        source.count,
        chunk,
        isCompiled
      )
    }
    guard status != LUA_OK else { return }
    let message = main.display(at: -1)
    main.pop()
    throw LuaLoadError(message: message)
  }

  /// Compiles source text given as bytes.
  package func load(_ source: [UInt8], chunk: String) throws(LuaLoadError) {
    let result = unsafe source.withUnsafeBytes { source -> Result<Void, LuaLoadError> in
      Result { () throws(LuaLoadError) in try unsafe load(source, chunk: chunk) }
    }
    try result.get()
  }

  /// Pushes the function of a chunk that this program has compiled itself, with ``dumpTop()``.
  ///
  /// - Throws: ``LuaLoadError`` when there is no memory for it.
  package func load(compiled code: [UInt8]) throws(LuaLoadError) {
    let result = unsafe code.withUnsafeBytes { code -> Result<Void, LuaLoadError> in
      Result { () throws(LuaLoadError) in
        try unsafe load(code, chunk: "=?", isCompiled: true)
      }
    }
    try result.get()
  }

  /// The compiled form of the function on the main stack's top, with its names and lines.
  package func dumpTop() -> [UInt8] {
    var bytes: [UInt8] = []
    unsafe withUnsafeMutablePointer(to: &bytes) { target in
      _ = unsafe lsl_dump(
        main.pointer,
        { context, piece, count in
          guard let piece = unsafe piece else { return }
          unsafe context?.assumingMemoryBound(to: [UInt8].self).pointee
            .append(contentsOf: UnsafeRawBufferPointer(start: piece, count: count))
        },
        target
      )
    }
    return bytes
  }

  /// Whether Lua collects garbage by itself.
  package var collectsGarbage: Bool {
    get { unsafe lsl_collects_garbage(main.pointer) }
    set { unsafe lsl_collect_garbage(main.pointer, newValue) }
  }

  /// Calls the function below its arguments on the main stack, under protection.
  ///
  /// - Returns: The error as text, with a traceback; `nil` when it went well.
  package func callTop(argumentCount: Int32 = 0, resultCount: Int32 = 0) -> String? {
    let status = unsafe lsl_call(shim, main.pointer, argumentCount, resultCount, true)
    guard status != LUA_OK else { return nil }
    defer { main.pop() }
    return main.display(at: -1)
  }
}
