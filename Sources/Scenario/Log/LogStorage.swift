internal import LocalSockets

/// Where the log of one process is written: its file, a spare in memory, and a file for payloads.
final class LogStorage {
  /// The file, or memory where nobody wants to keep the log.
  let file: OwnedDescriptor
  /// Memory, for when the file cannot be written.
  let spare: OwnedDescriptor
  /// The file that long payloads go to; `nil` when their bytes are not kept.
  private let payloads: OwnedDescriptor?
  /// Whether only the beginning and the last part of a long scenario are kept.
  let isBounded: Bool

  /// How much of a scenario's log is kept in memory.
  static let bound = 16 << 20

  /// Takes over descriptors that are open for reading and writing.
  init(
    file: consuming OwnedDescriptor,
    spare: consuming OwnedDescriptor,
    payloads: consuming OwnedDescriptor?,
    isBounded: Bool
  ) {
    self.file = file
    self.spare = spare
    self.payloads = payloads
    self.isBounded = isBounded
  }

  /// Makes a log that ends with the process.
  ///
  /// - Throws: ``FileSystem/Failure`` when the process is out of descriptors.
  convenience init() throws(FileSystem.Failure) {
    self.init(
      file: try FileSystem.memoryFile(),
      spare: try FileSystem.memoryFile(),
      payloads: nil,
      isBounded: true
    )
  }

  /// Takes over the descriptors that another process has set up, in the order of ``numbers``.
  convenience init(inheriting numbers: [CInt], _ isBounded: Bool?) {
    for number in numbers where number >= 0 { FileSystem.closeOnExecution(number) }
    self.init(
      file: OwnedDescriptor(adopting: numbers[0]),
      spare: OwnedDescriptor(adopting: numbers[1]),
      payloads: numbers[2] < 0 ? nil : OwnedDescriptor(adopting: numbers[2]),
      isBounded: isBounded ?? false
    )
  }

  /// Opens a log's file, empty, and the one for its payloads.
  ///
  /// - Parameters:
  ///   - path: The log's file.
  ///   - payloadPath: That for payloads, which the logs of one run share; it stays as it is.
  /// - Throws: ``FileSystem/Failure`` when they cannot be made.
  convenience init(path: String, payloads payloadPath: String) throws(FileSystem.Failure) {
    self.init(
      file: try FileSystem.makeFile(path),
      spare: try FileSystem.memoryFile(),
      payloads: try FileSystem.openForAppending(payloadPath),
      isBounded: false
    )
  }

  /// Keeps bytes.
  ///
  /// - Returns: Where they stand; `nil` when they are not kept.
  func keepPayload(_ bytes: [UInt8]) -> Int? {
    payloadNumber < 0 ? nil : FileSystem.append(bytes, to: payloadNumber)
  }

  /// Bytes that were kept.
  func payload(_ range: Range<Int>) -> [UInt8] {
    payloadNumber < 0 ? [] : FileSystem.contents(of: payloadNumber, range)
  }

  /// The numbers of the descriptors, for a process that inherits them.
  var numbers: [CInt] { [file.number, spare.number, payloadNumber] }

  private var payloadNumber: CInt {
    switch payloads {
    case .some(let descriptor): descriptor.number
    case nil: -1
    }
  }
}
