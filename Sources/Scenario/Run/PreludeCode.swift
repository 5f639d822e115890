internal import CPrelude
internal import LuaBridge

/// The prelude as Lua has compiled it, once for all the states of a process.
package final class PreludeCode {
  struct Chunk {
    /// The field of `host.prelude` that holds what the chunk returns.
    let name: String
    let code: [UInt8]
  }

  private var compiledChunks: [String: Chunk] = [:]
  private var compiledSetup: Chunk?

  /// What is said most simply in Lua: a chunk of the prelude is loaded when it is first asked for,
  /// lines of `print` come out in order with the report's, modules are found beside the script, and
  /// `os.exit` cannot skip the clean-up.
  private static let setupSource = """
    local host, directory = ...
    setmetatable(host.prelude, {
      __index = function(chunks, name)
        local chunk = host.chunk(name)(host) or true
        rawset(chunks, name, chunk)
        return chunk
      end,
    })
    io.stdout:setvbuf("line")
    package.path = directory .. "/?.lua;" .. directory .. "/?/init.lua;" .. package.path
    function os.exit()
      error("os.exit would skip the clean-up; t:skip and t:fail end a scenario", 2)
    end
    """

  /// The chunk of a name.
  func chunk(_ name: String, _ runtime: LuaRuntime) throws(Failure) -> Chunk {
    if let chunk = compiledChunks[name] { return chunk }
    let added = PreludeExtension.current?.source(name)
    guard let text = added ?? Self.source(of: name) else {
      throw Failure(.internalError, "the prelude has no chunk \"\(name)\"")
    }
    let chunk = try Self.compile(text, named: name, runtime)
    compiledChunks[name] = chunk
    return chunk
  }

  package static func source(of name: String) -> [UInt8]? {
    guard let sources = unsafe prelude_chunks() else { return nil }
    for index in 0..<prelude_chunk_count() {
      let source = unsafe sources[index]
      if unsafe String(cString: source.name) == name {
        return unsafe Array(UnsafeRawBufferPointer(start: source.bytes, count: source.length))
      }
    }
    return nil
  }

  /// What is run before anything else.
  func setup(_ runtime: LuaRuntime) throws(Failure) -> Chunk {
    if let compiledSetup { return compiledSetup }
    let setup = try Self.compile(Array(Self.setupSource.utf8), named: "setup", runtime)
    compiledSetup = setup
    return setup
  }

  /// Pushes a chunk's function.
  func load(_ chunk: Chunk, in runtime: LuaRuntime) throws(Failure) {
    do throws(LuaLoadError) {
      try runtime.load(compiled: chunk.code)
    } catch {
      throw Failure(.internalError, error.message)
    }
  }

  private static func compile(
    _ source: [UInt8],
    named name: String,
    _ runtime: LuaRuntime
  ) throws(Failure) -> Chunk {
    do throws(LuaLoadError) {
      try runtime.load(source, chunk: "\(Session.preludePrefix)/\(name)")
    } catch {
      throw Failure(.internalError, error.message)
    }
    defer { runtime.main.pop() }
    return Chunk(name: name, code: runtime.dumpTop())
  }
}
