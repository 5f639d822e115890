/// What a descriptor is ready for, or what its owner wants to hear of.
package struct Readiness: OptionSet, Sendable {
  package let rawValue: UInt8

  package init(rawValue: UInt8) {
    self.rawValue = rawValue
  }

  package static let readable = Readiness(rawValue: 1)
  package static let writable = Readiness(rawValue: 2)
  /// The peer is gone or the descriptor failed; reported whenever anything is wanted, be it this
  /// alone.
  package static let hangUp = Readiness(rawValue: 4)
}

/// Names a registration for ever: a slot of the loop's table and how often the slot was used before,
/// so that an event for an earlier use is told from one for the present use.
package struct RegistrationToken: Hashable, Sendable {
  let value: UInt64

  init(value: UInt64) {
    self.value = value
  }

  init(slot: Int, generation: UInt32) {
    value = UInt64(generation) << 32 | UInt64(UInt32(slot))
  }

  var slot: Int { Int(UInt32(truncatingIfNeeded: value)) }
  var generation: UInt32 { UInt32(value >> 32) }

  /// A token that no registration ever has.
  static let none = RegistrationToken(value: .max)
}

/// The owner of a registered descriptor.
protocol ReadinessHandler: AnyObject {
  /// The descriptor is ready.
  func becameReady(_ readiness: Readiness)

  /// Tries, without asking first whether it is ready, the operation that a parked wait is for.
  ///
  /// Returns whether anything happened; if not, nothing at all must have changed.
  func attemptAwaited() -> Bool

  /// Sends what was queued since the last time, or as much of it as makes sense in one turn.
  func sendQueued(untilFull: Bool)
}

extension ReadinessHandler {
  func attemptAwaited() -> Bool { false }
  func sendQueued(untilFull: Bool) {}
}
