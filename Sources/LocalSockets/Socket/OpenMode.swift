/// How a device was opened; the values are those of `QIODevice::OpenMode`.
///
/// A socket keeps the mode that it was given as it is. Only ``readOnly``, ``writeOnly`` and ``text``
/// mean something to it; with none of the first two it neither reads nor writes.
public struct OpenMode: OptionSet, Hashable, Sendable {
  /// The combined flags.
  public let rawValue: Int

  /// Makes a mode of flags.
  ///
  /// - Parameter rawValue: The flags as Qt numbers them.
  public init(rawValue: Int) {
    self.rawValue = rawValue
  }

  /// The device is closed.
  public static let notOpen: OpenMode = []
  /// Bytes can be read.
  public static let readOnly = OpenMode(rawValue: 1)
  /// Bytes can be written.
  public static let writeOnly = OpenMode(rawValue: 2)
  /// Bytes can be read and written.
  public static let readWrite: OpenMode = [.readOnly, .writeOnly]
  /// Qt's mode for files that are written at their end.
  public static let append = OpenMode(rawValue: 4)
  /// Qt's mode for files that are emptied.
  public static let truncate = OpenMode(rawValue: 8)
  /// Reading leaves out each carriage return.
  public static let text = OpenMode(rawValue: 16)
  /// Qt's mode for devices without a buffer of their own.
  public static let unbuffered = OpenMode(rawValue: 32)
  /// Qt's mode for files that must not exist yet.
  public static let newOnly = OpenMode(rawValue: 64)
  /// Qt's mode for files that must exist.
  public static let existingOnly = OpenMode(rawValue: 128)
}
