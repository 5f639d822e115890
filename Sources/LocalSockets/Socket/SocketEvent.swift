/// What a socket tells of, with what is passed.
package enum SocketEvent {
  case connected
  case disconnected
  case stateChanged(LocalSocket.State)
  case errorOccurred(SocketError.Code)
  case readyRead
  case bytesWritten(Int)
  case readChannelFinished
  case aboutToClose
}

/// Hears of a socket before the handlers of its signals do, without a signal and a handler for each
/// event.
package protocol SocketObserver: AnyObject {
  /// An event has happened that is observed.
  func observe(_ event: SocketEvent)
}

/// Kinds of events.
package struct SocketEventSet: OptionSet, Sendable {
  package let rawValue: UInt8

  package init(rawValue: UInt8) {
    self.rawValue = rawValue
  }

  package static let connected = SocketEventSet(rawValue: 1 << 0)
  package static let disconnected = SocketEventSet(rawValue: 1 << 1)
  package static let stateChanged = SocketEventSet(rawValue: 1 << 2)
  package static let errorOccurred = SocketEventSet(rawValue: 1 << 3)
  package static let readyRead = SocketEventSet(rawValue: 1 << 4)
  package static let bytesWritten = SocketEventSet(rawValue: 1 << 5)
  package static let readChannelFinished = SocketEventSet(rawValue: 1 << 6)
  package static let aboutToClose = SocketEventSet(rawValue: 1 << 7)
}

extension LocalSocket {
  /// Lets an observer hear of events, in place of the one that was there.
  ///
  /// - Parameters:
  ///   - observer: Who hears of them; it must call ``endObserving()`` before it goes.
  ///   - events: What it hears of; ``observeAlso(_:)`` adds to them.
  package func beginObserving(_ observer: any SocketObserver, _ events: SocketEventSet) {
    signals.observer = observer
    signals.observed = events
  }

  /// Lets the observer hear of more.
  package func observeAlso(_ events: SocketEventSet) {
    signals.observed.formUnion(events)
  }

  /// Lets the observer go.
  package func endObserving() {
    signals.observer = nil
    signals.observed = []
  }

  /// Tells the observer, and then the handlers.
  @inline(__always)
  func emit(_ event: SocketEvent) {
    switch event {
    case .connected:
      tellObserver(event, .connected)
      signals.connected?.emit(())
    case .disconnected:
      tellObserver(event, .disconnected)
      signals.disconnected?.emit(())
    case .stateChanged(let state):
      tellObserver(event, .stateChanged)
      signals.stateChanged?.emit(state)
    case .errorOccurred(let code):
      tellObserver(event, .errorOccurred)
      signals.errorOccurred?.emit(code)
    case .readyRead:
      tellObserver(event, .readyRead)
      signals.readyRead?.emit(())
    case .bytesWritten(let count):
      tellObserver(event, .bytesWritten)
      signals.bytesWritten?.emit(count)
    case .readChannelFinished:
      tellObserver(event, .readChannelFinished)
      signals.readChannelFinished?.emit(())
    case .aboutToClose:
      tellObserver(event, .aboutToClose)
      signals.aboutToClose?.emit(())
    }
  }

  @inline(__always)
  private func tellObserver(_ event: SocketEvent, _ kind: SocketEventSet) {
    if signals.observed.contains(kind) { signals.observer?.observe(event) }
  }
}
