internal import Synchronization

/// A file to which lines are appended without a system call each.
///
/// The file is written through a mapping that the kernel keeps when this process is killed: up to
/// its last newline it is always whole. Behind that stand an unfinished line and zeros. Its blocks
/// are reserved before they are written, so that a full disk is an error and no SIGBUS.
@safe final class LogFile {
  let descriptor: CInt
  /// What is written so far.
  private(set) var end: Int
  /// Up to where the file has blocks.
  private var reservedEnd: Int
  /// The part of the file that is in memory, from ``windowStart`` on.
  private var window = unsafe UnsafeMutableRawBufferPointer(start: nil, count: 0)
  private var windowStart = 0

  /// How much of a log is read, or kept of a beginning, at once.
  static let step = 1 << 20
  /// How much is reserved and mapped at once; a multiple of any page.
  ///
  /// A short run fills little of it, and the kernel clears what is reserved.
  private static let windowSize = 1 << 16

  /// Goes on behind what a file holds.
  ///
  /// - Parameter descriptor: Open for reading and writing; it stays the caller's.
  init(descriptor: CInt) {
    self.descriptor = descriptor
    end = FileSystem.size(of: descriptor)
    reservedEnd = end
  }

  deinit {
    unsafe FileSystem.unmap(window)
  }

  /// Appends a line with its newline; on failure nothing.
  ///
  /// - Throws: ``FileSystem/Failure`` when there is no room for it, on the disk or in memory.
  func append(_ line: [UInt8]) throws(FileSystem.Failure) {
    if line.isEmpty { return }
    try reserve(line.count)
    let windowEnd = unsafe windowStart + window.count
    if end + line.count > windowEnd || end < windowStart {
      try moveWindow(toHold: end..<end + line.count)
    }
    unsafe line.withUnsafeBytes { line in
      let target = unsafe UnsafeMutableRawBufferPointer(rebasing: window[(end - windowStart)...])
      unsafe target.copyMemory(from: UnsafeRawBufferPointer(rebasing: line.dropLast()))
      // The newline makes the line count, so it comes last, whenever the process is killed.
      atomicMemoryFence(ordering: .releasing)
      if let newline = unsafe line.last { unsafe target[line.count - 1] = newline }
    }
    end += line.count
  }

  /// Sees to it that there is room on the disk.
  ///
  /// - Parameter count: How many bytes are going to be appended.
  /// - Throws: ``FileSystem/Failure`` when there is none.
  func reserve(_ count: Int) throws(FileSystem.Failure) {
    guard end + count > reservedEnd else { return }
    let newEnd = (end + count + Self.windowSize - 1) / Self.windowSize * Self.windowSize
    try FileSystem.reserve(from: reservedEnd, to: newEnd, of: descriptor)
    reservedEnd = newEnd
  }

  private func moveWindow(toHold range: Range<Int>) throws(FileSystem.Failure) {
    let size = Self.windowSize
    let start = range.lowerBound / size * size
    let end = (range.upperBound + size - 1) / size * size
    let moved = unsafe try FileSystem.map(descriptor, from: start, count: end - start)
    unsafe FileSystem.unmap(window)
    unsafe window = unsafe moved
    windowStart = start
  }

  /// Takes back what was appended behind an offset.
  func cut(to offset: Int) {
    end = offset
    close()
  }

  /// Cuts off what is reserved and not written.
  func close() {
    unsafe FileSystem.unmap(window)
    unsafe window = UnsafeMutableRawBufferPointer(start: nil, count: 0)
    windowStart = 0
    FileSystem.truncate(descriptor, to: end)
    reservedEnd = end
  }
}
