internal import CPrelude
internal import LuaBridge

/// The prelude, which Lua compiles for a process's first state and once more for all others.
package final class PreludeCode {
  /// The compiled chunks that a second state has asked for, by the name of their field of
  /// `host.prelude`.
  private var compiled: [String: [UInt8]] = [:]
  /// The chunks that a state has asked for; most processes that run one scenario end with it.
  private var known: Set<String> = []

  /// What is added to the scenario language.
  let extensions: [PreludeExtension]

  /// The globals that declare blocks.
  var declarers: Set<String> { extensions.reduce(["scenario"]) { $0.union($1.declarers) } }

  private static let setupName = "setup"

  /// What is said most simply in Lua: a chunk of the prelude is loaded when it is first asked for,
  /// lines of `print` come out in order with the report's, modules are found beside the script, and know
  /// their globals as it does, random numbers follow from the seed, and `os.exit` cannot skip the
  /// clean-up.
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
    host.loadfile = loadfile
    function loadfile(...) return host.prelude.loading.loadfile(...) end
    function dofile(...) return host.prelude.loading.dofile(...) end
    package.searchers[2] = function(name) return host.prelude.loading.search(name) end
    local random, randomseed, isSeeded = math.random, math.randomseed, false
    function math.randomseed(...)
      isSeeded = true
      math.random, math.randomseed = random, randomseed
      return randomseed(...)
    end
    function math.random(...)
      if not isSeeded then math.randomseed(host.seed()) end
      return random(...)
    end
    function os.exit()
      error("os.exit would skip the clean-up; t:skip and t:fail end a scenario", 2)
    end
    """

  package init(_ extensions: [PreludeExtension] = []) {
    self.extensions = extensions
  }

  /// Pushes the function of a chunk.
  ///
  /// - Throws: ``Failure`` of parley itself, when it has no such chunk or the chunk does not load.
  func push(_ name: String, in runtime: LuaRuntime) throws(Failure) {
    let code = compiled[name]
    guard let text = code ?? source(of: name) else {
      throw Failure(.internalError, "the prelude has no chunk \"\(name)\"")
    }
    do throws(LuaLoadError) {
      if code != nil { return try runtime.load(compiled: text) }
      try runtime.load(text, chunk: "\(Session.preludePrefix)/\(name)")
    } catch {
      throw Failure(.internalError, error.message)
    }
    if !known.insert(name).inserted {
      compiled[name] = try? BinaryChunk.withoutNames(runtime.dumpTop())
    }
  }

  /// Pushes the function of what is run before anything else.
  func pushSetup(in runtime: LuaRuntime) throws(Failure) {
    try push(Self.setupName, in: runtime)
  }

  /// The text of a chunk; `nil` where there is none of the name.
  package func source(of name: String) -> [UInt8]? {
    if name == Self.setupName { return Array(Self.setupSource.utf8) }
    if let text = unsafe PreludeExtension.text(of: name, in: prelude_sources()) { return text }
    return extensions.lazy.compactMap { $0.source(name) }.first
  }
}
