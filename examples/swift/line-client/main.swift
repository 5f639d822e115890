// Sends lines to a server and prints an answer to each:  line-client NAME TEXT…
//
// Straight-line code: each wait serves this one socket and has a deadline.

import Glibc
import LocalSockets

/// Why the conversation did not come to its end.
struct Failure: Error, CustomStringConvertible {
  let description: String
}

/// The next line that the server sends, without its end.
func nextLine(from socket: LocalSocket) throws -> String {
  while !socket.canReadLine {
    guard socket.waitForReadyRead(timeout: .seconds(5)) else {
      throw Failure(description: socket.errorString)
    }
  }
  return String(decoding: (socket.readLine() ?? []).dropLast(), as: UTF8.self)
}

func converse(with name: String, _ texts: ArraySlice<String>) throws {
  let socket = LocalSocket(loop: try EventLoop())
  socket.connectToServer(SocketName(name))
  guard socket.waitForConnected(timeout: .seconds(5)) else {
    throw Failure(description: socket.lastError.map { "\($0)" } ?? "no answer from \(name)")
  }
  for text in texts {
    _ = socket.write(Array("\(text)\n".utf8))
    print(try nextLine(from: socket))
  }
  socket.disconnectFromServer()
}

let arguments = CommandLine.arguments.dropFirst()
do {
  guard let name = arguments.first else {
    throw Failure(description: "usage: line-client NAME TEXT…")
  }
  try converse(with: name, arguments.dropFirst())
} catch {
  print("line-client: \(error)")
  exit(1)
}
