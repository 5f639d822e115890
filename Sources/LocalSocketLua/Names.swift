internal import LocalSockets

// Qt's names of states, errors and open modes, which are Lua's values.

extension LocalSocket.State {
  static let all: [LocalSocket.State] = [.unconnected, .connecting, .connected, .closing]

  var name: String {
    switch self {
    case .unconnected: "UnconnectedState"
    case .connecting: "ConnectingState"
    case .connected: "ConnectedState"
    case .closing: "ClosingState"
    }
  }
}

extension SocketError.Code {
  static let all: [SocketError.Code] = [
    .connectionRefused, .peerClosed, .serverNotFound, .socketAccess, .socketResource,
    .socketTimeout, .datagramTooLarge, .connection, .unsupportedSocketOperation, .operation,
    .unknown,
  ]
}

extension ServerError.Code {
  static let all: [ServerError.Code] = [
    .hostNotFound, .socketAccess, .addressInUse, .socketResource, .unknown,
  ]
}

extension OpenMode {
  static let all = connectable + [.notOpen]
  /// What a connection can be opened for.
  static let connectable: [OpenMode] = [.readOnly, .writeOnly, .readWrite]

  var name: String {
    switch (contains(.readOnly), contains(.writeOnly)) {
    case (true, true): "ReadWrite"
    case (true, false): "ReadOnly"
    case (false, true): "WriteOnly"
    case (false, false): "NotOpen"
    }
  }
}

extension SocketKind {
  var name: String {
    switch self {
    case .stream: "stream"
    case .datagram: "datagram"
    case .seqpacket: "seqpacket"
    }
  }
}

extension ShutdownDirection {
  static let all: [ShutdownDirection] = [.read, .write, .both]

  var name: String {
    switch self {
    case .read: "read"
    case .write: "write"
    case .both: "both"
    }
  }
}
