// Answers each line with the line in capitals, to any number of clients at once:  line-server [NAME]
//
// Without a name it serves the listening socket that a service manager has started it with. Everything
// happens in the signals of one event loop; no handler waits.

import Glibc
import LocalSockets

/// The clients of a server, and what is done with their lines.
final class Capitals {
  private let server: LocalServer
  private var clients: [ObjectIdentifier: LocalSocket] = [:]

  /// Serves whoever connects.
  init(_ server: LocalServer) {
    self.server = server
    server.newConnection.connect { [unowned self] in serve() }
  }

  private func serve() {
    guard let client = server.nextPendingConnection() else { return }
    clients[ObjectIdentifier(client)] = client
    client.readyRead.connect { [unowned self, unowned client] in answer(client) }
    client.disconnected.connect { [unowned self, unowned client] in
      clients[ObjectIdentifier(client)] = nil
    }
  }

  private func answer(_ client: LocalSocket) {
    while client.canReadLine, let line = client.readLine() {
      _ = client.write(line.map(Self.capital))
    }
  }

  private static func capital(_ byte: UInt8) -> UInt8 {
    UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte ? byte & ~0x20 : byte
  }
}

/// Ends the program with a sentence.
func fail(_ sentence: String) -> Never {
  print("line-server: \(sentence)")
  exit(1)
}

/// Listens on the name that was given, or on the socket that was passed.
func listen(_ server: LocalServer) -> Bool {
  if let name = CommandLine.arguments.dropFirst().first { return server.listen(SocketName(name)) }
  guard let passed = InheritedDescriptor.all().first else { fail("usage: line-server NAME") }
  return server.listen(descriptor: passed.number)
}

let loop = try EventLoop()
let server = LocalServer(loop: loop)
guard listen(server) else { fail(server.errorString) }
let capitals = Capitals(server)
print("listening at \(server.fullServerName)")
try loop.run()
