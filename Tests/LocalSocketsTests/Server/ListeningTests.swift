import Glibc
import LocalSockets
import TestSupport
import Testing

@Suite("LocalServer listening")
struct ListeningTests {
  private let directory = TemporaryDirectory()
  private let loop: EventLoop
  private let server: LocalServer
  private let name: SocketName

  init() throws {
    loop = try EventLoop()
    server = LocalServer(loop: loop)
    name = SocketName(directory.file("s"))
  }

  @Test func `a success clears the error of an earlier failure`() {
    #expect(!server.listen(""))
    #expect(server.serverError == .hostNotFound)
    #expect(server.errorString == "QLocalServer::listen: Name error")

    #expect(server.listen(name))

    #expect(server.serverError == .unknown)
    #expect(server.errorString == "")
  }

  @Test func `a directory that is absent is a name error`() {
    #expect(!server.listen(SocketName(directory.file("absent/s"))))

    #expect(server.serverError == .hostNotFound)
  }

  @Test func `a path through a file is a name error`() {
    #expect(server.listen(name))
    let second = LocalServer(loop: loop)

    #expect(!second.listen(SocketName(directory.file("s/t"))))

    #expect(second.serverError == .hostNotFound)
  }

  @Test(arguments: ["@", "@@", "/tmp/a\0b", "a\0"])
  func `a name that cannot be an address is a name error`(name: String) {
    #expect(!server.listen(SocketName(name)))

    #expect(server.serverError == .hostNotFound)
    #expect(server.lastError?.nameError != nil)
  }

  @Test(arguments: [".", "..", "/", "/tmp", "/tmp/.", "/tmp/"], [true, false])
  func `a directory is in use`(name: String, removesStale: Bool) {
    #expect(!server.listen(SocketName(name), removesStale: removesStale))

    #expect(server.serverError == .addressInUse)
  }

  @Test(arguments: [true, false])
  func `a symbolic link is in use, wherever it leads`(dangles: Bool) {
    unsafe symlink(dangles ? "absent" : "/tmp", directory.file("s"))

    #expect(!server.listen(name, removesStale: true))

    #expect(server.serverError == .addressInUse)
    #expect(directory.contents == ["s"])
  }

  @Test func `a bare name with slashes is found in the temporary directory`() {
    let base = String(decoding: TemporaryFiles.directory(), as: UTF8.self)
    let ascent = String(repeating: "../", count: base.split(separator: "/").count)
    let nested = SocketName("\(ascent).\(directory.path)/s")

    #expect(server.listen(nested))

    #expect(server.serverName == nested)
    #expect(server.fullServerName == SocketName("\(base)/\(nested)"))
    #expect(directory.contents == ["s"])
  }

  @Test func `the error of a bare name shows the path that it stands for`() {
    #expect(!server.listen("absent/s"))

    let path = String(decoding: TemporaryFiles.directory(), as: UTF8.self) + "/absent/s"
    #expect(
      server.lastError?.description
        == "cannot listen at \"absent/s\" (\(path)): bind: no such file or directory (errno 2)"
    )
  }

  @Test func `the error of a whole path shows it once`() {
    #expect(!server.listen("/absent/s"))

    #expect(
      server.lastError?.description
        == "cannot listen at \"/absent/s\": bind: no such file or directory (errno 2)"
    )
  }

  @Test func `a server that was closed can listen again`() {
    #expect(server.listen(name))
    server.close()

    #expect(server.listen(name))
    #expect(directory.contents == ["s"])
  }

  #if DEBUG
  static let errors: [(CInt, ServerError.Code)] = [
    (EACCES, .socketAccess), (ENOENT, .hostNotFound), (ENOTDIR, .hostNotFound),
    (ELOOP, .hostNotFound), (ENAMETOOLONG, .hostNotFound), (EROFS, .hostNotFound),
    (EADDRINUSE, .addressInUse), (EMFILE, .socketResource), (ENFILE, .socketResource),
    (ENOBUFS, .socketResource), (ENOMEM, .socketResource), (ENOSPC, .unknown), (EINVAL, .unknown),
  ]

  @Test(arguments: [SystemCall.socket, .bind, .listen, .lstat], errors)
  func `each error has its code and leaves nothing behind`(
    call: SystemCall,
    error: (errno: CInt, code: ServerError.Code)
  ) {
    let plan = FaultPlan()
    plan.fail(call, with: error.errno)

    #expect(!plan.whileActive { server.listen(name) })

    #expect(server.serverError == error.code)
    #expect(directory.contents.isEmpty)
    #expect(!server.isListening)
    #expect(server.listen(name))
  }

  @Test func `an error without a code of its own shows its number`() {
    let plan = FaultPlan()
    plan.fail(.bind, with: ENOSPC)

    #expect(!plan.whileActive { server.listen(name) })

    #expect(server.errorString == "QLocalServer::listen: Unknown error 28")
  }

  @Test func `the error of an accept says that it was one`() {
    #expect(server.listen(name))
    let client = LocalSocket(loop: loop)
    client.connectToServer(name)
    let plan = FaultPlan()
    plan.fail(.accept4, with: EMFILE)

    #expect(plan.whileActive { server.waitForNewConnection() } == (false, false))

    let text = "cannot accept at \"\(name)\": accept4: too many open files (errno 24)"
    #expect(server.lastError?.description == text)
  }
  #endif
}
