import LocalSockets

/// Many connections, with echoes on all of them at once.
final class Crowd {
  private let load: Load
  private let loop: EventLoop
  private var clients: [LocalSocket] = []
  private var accepted = 0
  private var replies = 0
  private var round = 0

  init(_ load: Load, loop: EventLoop) {
    self.load = load
    self.loop = loop
    clients.reserveCapacity(load.count)
  }

  var echoes: Int { round * load.count }

  func connectSome() {
    for _ in clients.count..<min(clients.count + Load.connectedAtOnce, load.count) {
      let client = connectedSocket(loop: loop, name: load.name) { _ in }
      client.readyRead.connect { [unowned self, unowned client] in receive(client) }
      clients.append(client)
    }
  }

  /// Connects more clients once all are accepted.
  func noteAccepted() {
    accepted += 1
    if accepted == load.count {
      loop.stop()
    } else if accepted == clients.count {
      connectSome()
    }
  }

  func askAll() {
    replies = 0
    for client in clients { send(load.message(round), on: client) }
  }

  private func receive(_ client: LocalSocket) {
    guard client.bytesAvailable >= load.size else { return }
    load.check(client.readAll(), round: round)
    replies += 1
    guard replies == load.count else { return }
    round += 1
    if round < Load.echoes / load.count { askAll() } else { loop.stop() }
  }
}
