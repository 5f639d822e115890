internal import LocalSockets
internal import LuaBridge

/// An object of the module that stands for one of the core.
protocol CoreObject: AnyObject {
  associatedtype Core
  var core: Core { get }
}

// Shapes that many methods share.
extension LuaClass where Object: CoreObject {
  static func action(_ name: String, _ body: @escaping (Object.Core) -> Void) -> LuaFunction {
    method(name) { (object, _) throws(LuaError) in
      body(object.core)
      return .nothing
    }
  }

  static func text(_ name: String, _ body: @escaping (Object.Core) -> String) -> LuaFunction {
    method(name) { (object, call) throws(LuaError) in call.returning(body(object.core)) }
  }

  static func flag(_ name: String, _ body: @escaping (Object.Core) -> Bool) -> LuaFunction {
    method(name) { (object, call) throws(LuaError) in call.returning(body(object.core)) }
  }

  static func count(_ name: String, _ body: @escaping (Object.Core) -> Int) -> LuaFunction {
    method(name) { (object, call) throws(LuaError) in call.returning(body(object.core)) }
  }

  static func name(_ name: String, _ body: @escaping (Object.Core) -> SocketName) -> LuaFunction {
    method(name) { (object, call) throws(LuaError) in
      call.thread.push(body(object.core).bytes)
      return .results(1)
    }
  }

  /// A list of flags by their names.
  static func options<Flags: NamedFlags>(
    _ name: String,
    _ body: @escaping (Object.Core) -> Flags
  ) -> LuaFunction {
    method(name) { (object, call) throws(LuaError) in
      call.thread.push(list: body(object.core).names)
      return .results(1)
    }
  }

  static func setOptions<Flags: NamedFlags>(
    _ name: String,
    _ body: @escaping (Object.Core, Flags) -> Void
  ) -> LuaFunction {
    method(name) { (object, call) throws(LuaError) in
      body(object.core, try call.flags(2))
      return .nothing
    }
  }
}
