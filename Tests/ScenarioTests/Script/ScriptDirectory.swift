import Glibc
import Testing

/// A new directory for the scripts of one test, which goes with everything in it.
struct ScriptDirectory: ~Copyable {
  let path: String

  init() throws {
    var template = Array("/tmp/scenario-tests-XXXXXX".utf8CString)
    let made = unsafe mkdtemp(&template).map { unsafe String(cString: $0) }
    path = try #require(made)
  }

  deinit {
    _ = unsafe system("rm -rf '\(path)'")
  }

  /// Writes a file, and makes the directory that its name begins with.
  func add(_ name: String, _ bytes: [UInt8] = []) throws {
    if let slash = name.lastIndex(of: "/") {
      _ = unsafe mkdir("\(path)/\(name[..<slash])", 0o700)
    }
    let file = unsafe fopen("\(path)/\(name)", "w")
    let stream = unsafe try #require(file)
    unsafe fwrite(bytes, 1, bytes.count, stream)
    unsafe fclose(stream)
  }

  func contents(of name: String) throws -> [UInt8] {
    let file = unsafe fopen("\(path)/\(name)", "r")
    let stream = unsafe try #require(file)
    defer { unsafe fclose(stream) }
    return unsafe Self.bytes(of: stream)
  }

  /// Everything that can be read from a stream.
  static func bytes(of stream: UnsafeMutablePointer<FILE>) -> [UInt8] {
    var bytes: [UInt8] = []
    while case let byte = unsafe fgetc(stream), byte != EOF {
      bytes.append(UInt8(truncatingIfNeeded: byte))
    }
    return bytes
  }
}
