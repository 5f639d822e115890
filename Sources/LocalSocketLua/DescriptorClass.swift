internal import LocalSockets
internal import LuaBridge

// `localsocket.Descriptor`: a descriptor that came with a message.

extension PassedDescriptor {
  static var luaClass: LuaClass<PassedDescriptor> {
    typealias Methods = LuaClass<PassedDescriptor>
    return LuaClass(
      "localsocket.Descriptor",
      methods: [
        Methods.method("number") { (descriptor, call) throws(LuaError) in
          call.returning(Int(descriptor.number))
        },
        Methods.method("take") { (descriptor, call) throws(LuaError) in
          call.returning(Int(descriptor.take()))
        },
        Methods.method("close") { (descriptor, _) throws(LuaError) in
          descriptor.close()
          return .nothing
        },
      ],
      close: { descriptor, _ in descriptor.close() },
      describe: { "localsocket.Descriptor (\($0.number))" }
    )
  }
}

/// A descriptor that a script hands over.
enum ForeignDescriptor {
  case number(CInt)
  case passed(PassedDescriptor)
}

// Descriptors as arguments.
extension LuaCall {
  /// A descriptor that is to be taken over: an integer or a Descriptor; the alternatives are what a
  /// message says of the argument.
  func foreignDescriptor(
    _ index: Int32,
    alternatives: String = "integer or Descriptor"
  ) throws(LuaError) -> ForeignDescriptor {
    if let passed = LuaRuntime.object(at: index, of: thread, as: PassedDescriptor.self) {
      return .passed(passed)
    }
    guard thread.type(at: index) == .number else {
      throw .argument(index, expected(alternatives, at: index))
    }
    guard let number = CInt(exactly: try integer(index)) else {
      throw .argument(index, "a descriptor is a small number")
    }
    return .number(number)
  }

  /// The numbers of a list of integers, files, Sockets, Servers and Descriptors; none without one.
  func descriptorNumbers(_ index: Int32) throws(LuaError) -> [CInt] {
    guard hasArgument(index) else { return [] }
    var numbers: [CInt] = []
    try forEachElement(index, of: "descriptors") { (position) throws(LuaError) in
      guard let number = numberOfDescriptor(at: thread.top), number >= 0 else {
        throw .argument(
          index,
          "entry \(position) of the list is no open descriptor: an integer, a file, a Socket, a Server "
            + "or a Descriptor"
        )
      }
      numbers.append(number)
    }
    return numbers
  }

  private func numberOfDescriptor(at index: Int32) -> CInt? {
    if let number = thread.integer(at: index) { return CInt(exactly: number) }
    if let number = thread.fileDescriptor(at: index) { return number }
    if let socket = LuaRuntime.object(at: index, of: thread, as: SocketObject.self) {
      return socket.socket.socketDescriptor
    }
    if let server = LuaRuntime.object(at: index, of: thread, as: ServerObject.self) {
      return server.server.socketDescriptor
    }
    return LuaRuntime.object(at: index, of: thread, as: PassedDescriptor.self)?.number
  }
}
