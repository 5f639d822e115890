/// How a device was opened; the values are those of `QIODevice::OpenMode`.
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
}
