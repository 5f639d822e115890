/// One instruction of Lua 5.4's virtual machine, as far as finding global names needs it.
struct Instruction {
  private let bits: UInt32

  init(_ bits: UInt32) {
    self.bits = bits
  }

  var operation: Operation { Operation(rawValue: bits & 0x7f) ?? .other }
  var a: Int { Int(bits >> 7 & 0xff) }
  var b: Int { Int(bits >> 16 & 0xff) }
  var c: Int { Int(bits >> 24) }
  /// The flag that an operand is a constant and not a register.
  var k: Bool { bits >> 15 & 1 != 0 }
  /// The operand that takes the place of b, c and k.
  var bx: Int { Int(bits >> 15) }
  /// The operand of an instruction that only extends the one before it.
  var ax: Int { Int(bits >> 7) }

  /// The operations that are told apart; all others write their register `a` and nothing else.
  enum Operation: UInt32 {
    case loadConstant = 3
    case loadExtendedConstant = 4
    case loadNil = 8
    case getUpvalue = 9
    case setUpvalue = 10
    case getUpvalueField = 11
    case getTable = 12
    case getField = 14
    case setUpvalueField = 15
    case setTable = 16
    case setInteger = 17
    case setField = 18
    case getMethod = 20
    case arithmeticFallback = 46
    case arithmeticFallbackInteger = 47
    case arithmeticFallbackConstant = 48
    case closeVariables = 54
    case markToBeClosed = 55
    case jump = 56
    case equal = 57
    case lessThan = 58
    case lessOrEqual = 59
    case equalConstant = 60
    case equalInteger = 61
    case lessThanInteger = 62
    case lessOrEqualInteger = 63
    case greaterThanInteger = 64
    case greaterOrEqualInteger = 65
    case test = 66
    case testAndSet = 67
    case call = 68
    case tailCall = 69
    case returnValues = 70
    case returnNothing = 71
    case returnOne = 72
    case forLoop = 73
    case forPrepare = 74
    case genericForPrepare = 75
    case genericForCall = 76
    case genericForLoop = 77
    case setList = 78
    case variadicArguments = 80
    case prepareVariadic = 81
    case extraArgument = 82
    case other = 127
  }

  /// The registers that the instruction overwrites.
  ///
  /// A call or a loop uses everything from its first register on as its own.
  var overwrittenRegisters: ClosedRange<Int>? {
    switch operation {
    case .setUpvalue, .setUpvalueField, .setTable, .setInteger, .setField, .arithmeticFallback,
      .arithmeticFallbackInteger, .arithmeticFallbackConstant, .closeVariables, .markToBeClosed,
      .jump, .equal, .lessThan, .lessOrEqual, .equalConstant, .equalInteger, .lessThanInteger,
      .lessOrEqualInteger, .greaterThanInteger, .greaterOrEqualInteger, .test, .returnValues,
      .returnNothing, .returnOne, .setList, .prepareVariadic, .extraArgument:
      nil
    case .call, .tailCall, .forLoop, .forPrepare, .genericForPrepare, .genericForCall,
      .genericForLoop, .variadicArguments:
      a...255
    case .loadNil: a...(a + b)
    case .getMethod: a...(a + 1)
    case .loadConstant, .loadExtendedConstant, .getUpvalue, .getUpvalueField, .getTable, .getField,
      .testAndSet, .other:
      a...a
    }
  }
}
