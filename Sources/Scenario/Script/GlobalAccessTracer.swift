/// Finds the accesses to the environment table in the code of one function.
///
/// The compiler names a global in one instruction as long as its constant has a number below 256
/// and at most 40 bytes. Else it loads the environment and the name into temporary registers, which
/// nothing overwrites until the access, whatever jumps lie between. So one pass in the order of the
/// code is enough to know what they hold.
struct GlobalAccessTracer {
  private(set) var reads: [GlobalNames.Use] = []
  private(set) var assignments: [GlobalNames.Use] = []
  private(set) var tested: Set<String> = []

  private let function: BinaryChunk.Prototype
  private let environments: [Bool]
  private var registers: [Int: Content] = [:]

  private enum Content {
    case environment
    case name(String)
  }

  /// Prepares to examine a function.
  ///
  /// - Parameters:
  ///   - function: The function, without those inside it.
  ///   - environments: For each upvalue of the function, whether it is the chunk's `_ENV`.
  init(_ function: BinaryChunk.Prototype, environments: [Bool]) {
    self.function = function
    self.environments = environments
  }

  mutating func run() throws(BinaryChunk.Malformed) {
    for position in function.code.indices {
      let instruction = Instruction(function.code[position])
      try record(instruction, at: position)
      if let overwritten = instruction.overwrittenRegisters, !registers.isEmpty {
        registers = registers.filter { !overwritten.contains($0.key) }
      }
      if let content = try loadedContent(of: instruction, at: position) {
        registers[instruction.a] = content
      }
    }
  }

  private mutating func record(
    _ instruction: Instruction,
    at position: Int
  ) throws(BinaryChunk.Malformed) {
    let (a, b, c) = (instruction.a, instruction.b, instruction.c)
    switch instruction.operation {
    case .getUpvalueField where try isEnvironment(upvalue: b):
      addRead(try constant(c), at: position)
    case .setUpvalueField where try isEnvironment(upvalue: a):
      addAssignment(try constant(b), at: position)
    case .getTable where holdsEnvironment(b, at: position):
      addRead(name(inRegister: c), at: position)
    case .setTable where holdsEnvironment(a, at: position):
      addAssignment(name(inRegister: b), at: position)
    case .getField where holdsEnvironment(b, at: position):
      addRead(try constant(c), at: position)
    case .setField where holdsEnvironment(a, at: position):
      addAssignment(try constant(b), at: position)
    case .getMethod where holdsEnvironment(b, at: position):
      addRead(instruction.k ? try constant(c) : name(inRegister: c), at: position)
    default: break
    }
  }

  /// What an instruction puts into its register, if that can become part of a global access.
  private func loadedContent(
    of instruction: Instruction,
    at position: Int
  ) throws(BinaryChunk.Malformed) -> Content? {
    switch instruction.operation {
    case .getUpvalue: try isEnvironment(upvalue: instruction.b) ? .environment : nil
    case .loadConstant: try constant(instruction.bx).map(Content.name)
    case .loadExtendedConstant: try constant(extraArgument(after: position)).map(Content.name)
    default: nil
    }
  }

  /// Whether a register holds the environment for one access only, and not as a variable's value.
  private func holdsEnvironment(_ register: Int, at position: Int) -> Bool {
    guard case .environment = registers[register] else { return false }
    // Variables have the lowest registers, in the order of their declaration.
    return function.locals.count { $0.scope.contains(position) } <= register
  }

  private func name(inRegister register: Int) -> String? {
    guard case .name(let name) = registers[register] else { return nil }
    return name
  }

  private mutating func addRead(_ name: String?, at position: Int) {
    guard let name else { return }
    if isOnlyTested(at: position) { tested.insert(name) }
    reads.append(GlobalNames.Use(name: name, line: function.lines[position]))
  }

  /// Whether what is read goes into a condition, a comparison or a call of `type` at once.
  private func isOnlyTested(at position: Int) -> Bool {
    guard position + 1 < function.code.count else { return false }
    let register = Instruction(function.code[position]).a
    let next = Instruction(function.code[position + 1])
    switch next.operation {
    case .test, .equalConstant: return next.a == register
    case .testAndSet: return next.b == register
    case .call: return reads.last?.name == "type" && next.a == register - 1 && next.b == 2
    default: return false
    }
  }

  private mutating func addAssignment(_ name: String?, at position: Int) {
    guard let name else { return }
    assignments.append(GlobalNames.Use(name: name, line: function.lines[position]))
  }

  private func isEnvironment(upvalue index: Int) throws(BinaryChunk.Malformed) -> Bool {
    guard environments.indices.contains(index) else {
      throw BinaryChunk.Malformed(description: "an instruction names an upvalue that is not there")
    }
    return environments[index]
  }

  private func constant(_ index: Int) throws(BinaryChunk.Malformed) -> String? {
    guard function.constants.indices.contains(index) else {
      throw BinaryChunk.Malformed(description: "an instruction names a constant that is not there")
    }
    return function.constants[index]
  }

  private func extraArgument(after position: Int) throws(BinaryChunk.Malformed) -> Int {
    guard position + 1 < function.code.count else {
      throw BinaryChunk.Malformed(description: "the compiled code ends within an instruction")
    }
    return Instruction(function.code[position + 1]).ax
  }
}
