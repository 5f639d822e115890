import Glibc
import Testing

@testable import LocalSockets

@Suite("SocketAddress")
struct SocketAddressTests {
  @Test func `a name that starts with a slash is used as it is`() throws {
    let address = try SocketAddress("/run//x/../y")

    #expect(address.path == Array("/run//x/../y".utf8))
  }

  @Test func `a bare name is a file in the temporary directory`() throws {
    let address = try SocketAddress("name")

    #expect(address.path == TemporaryFiles.directory() + Array("/name".utf8))
  }

  @Test func `an abstract name has no path and loses its sign`() throws {
    let address = try SocketAddress("@name")

    #expect(address.path == nil)
    #expect(address.name == Array("name".utf8))
  }

  @Test func `an abstract name may hold NUL`() throws {
    let address = try SocketAddress(SocketName(bytes: Array("@a".utf8) + [0, 1]))

    #expect(address.name == [UInt8(ascii: "a"), 0, 1])
  }

  @Test(arguments: ["", "@", "@@"])
  func `a name of nothing is refused`(name: String) {
    #expect(throws: SocketNameError.empty) { try SocketAddress(SocketName(name)) }
  }

  @Test(arguments: ["@", "@@"])
  func `the longest abstract name has 107 bytes and one more is refused, never cut`(
    prefix: String
  ) throws {
    let longest = SocketName(prefix + String(repeating: "x", count: 107))
    let longer = SocketName(longest.description + "x")

    #expect(try SocketAddress(longest).name.count == 107)
    #expect(throws: SocketNameError.tooLong(length: 108, limit: 107)) {
      try SocketAddress(longer)
    }
  }

  @Test(arguments: [(107, false), (108, true)])
  func `a path of more than 107 bytes needs another way`(length: Int, isOverlong: Bool) throws {
    let path = "/" + String(repeating: "x", count: length - 1)

    #expect(try SocketAddress(SocketName(path)).isOverlong == isOverlong)
    #expect(try SocketAddress(SocketName(path)).name == Array(path.utf8))
  }

  @Test(arguments: ["@x", "", "relative"])
  func `an address that no name stands for has none`(bound: String) throws {
    let isPath = bound == "relative"
    let path = (isPath ? [] : [0]) + Array(bound.utf8)
    let address = try #require(
      unsafe SocketAddress { target, length in
        unsafe target.withMemoryRebound(to: sockaddr_un.self, capacity: 1) {
          unsafe $0.pointee = sockaddr_un()
          unsafe $0.pointee.sun_family = sa_family_t(AF_UNIX)
          unsafe withUnsafeMutableBytes(of: &$0.pointee.sun_path) {
            unsafe $0.copyBytes(from: path)
          }
        }
        unsafe length.pointee = socklen_t(MemoryLayout<sa_family_t>.size + path.count)
        return 0
      }
    )

    #expect(address.socketName == nil)
  }

  @Test(arguments: ["/run/x", "@x", "@@x", "@@@x"])
  func `the name of an address leads back to it`(name: SocketName) throws {
    #expect(try SocketAddress(name).socketName == name)
  }

  @Test func `a NUL in a path is refused with its place`() {
    let name = SocketName(bytes: Array("/a".utf8) + [0] + Array("b".utf8))

    #expect(throws: SocketNameError.containsNUL(offset: 2)) { try SocketAddress(name) }
  }

  @Test func `the error about a long name states the length and the limit`() {
    let error = SocketNameError.tooLong(length: 120, limit: 107)

    #expect(error.description.contains("120"))
    #expect(error.description.contains("107"))
  }
}

@Suite("TemporaryFiles")
struct TemporaryFilesTests {
  @Test(arguments: [
    ("/tmp/", "/tmp"), ("/a/./b//c", "/a/b/c"), ("/a/../b", "/b"), ("/../..", "/"), ("/", "/"),
  ])
  func `a directory is cleaned of what its text can do without`(path: String, cleaned: String) {
    #expect(TemporaryFiles.cleaned(Array(path.utf8)) == Array(cleaned.utf8))
  }
}
