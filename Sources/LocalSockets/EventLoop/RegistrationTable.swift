/// Every descriptor that a loop knows, found by token in constant time.
///
/// The table does not keep the handlers alive; each removes its registration before it goes.
struct RegistrationTable {
  struct Registration {
    /// The owner, which removes its registration before it goes.
    fileprivate var unretainedHandler = Unretained<any ReadinessHandler>()
    var descriptor: CInt = -1
    var generation: UInt32 = 0
    /// The neighbours in the list of parked waits, oldest first.
    var previousParked = absent
    var nextParked = absent
    /// The next slot that is free, while this one is.
    fileprivate var nextFree: Int32 {
      get { nextParked }
      set { nextParked = newValue }
    }
    var isParked = false
    var isInUse = false
    /// What the owner wants, and what the kernel was told: nil means that it was not told at all.
    var wanted: Readiness = []
    var told: Readiness?
    /// Whether the loop has yet to compare the two.
    var isUpdateQueued = false

    var handler: (any ReadinessHandler)? {
      get { unretainedHandler.value }
      set { unretainedHandler.value = newValue }
    }

    fileprivate mutating func begin(
      _ descriptor: CInt,
      _ interest: Readiness,
      _ handler: any ReadinessHandler
    ) {
      self.descriptor = descriptor
      self.handler = handler
      wanted = interest
      nextParked = absent
      isInUse = true
      isUpdateQueued = true
    }
  }

  static let absent: Int32 = -1

  private(set) var registrations: [Registration] = []
  private var firstFree = absent
  private(set) var count = 0
  private var firstParked = absent
  private var lastParked = absent

  /// The handlers, by their slots, that are kept alive while they have to finish something on their
  /// own.
  private var retained: [Int: any ReadinessHandler] = [:]

  /// How many handlers the table keeps alive.
  var retainedCount: Int { retained.count }

  /// Enters a descriptor, of which the loop has yet to tell the kernel.
  mutating func insert(
    _ descriptor: CInt,
    _ interest: Readiness,
    _ handler: any ReadinessHandler
  ) -> RegistrationToken {
    let slot = takeFreeSlot()
    count += 1
    registrations[slot].begin(descriptor, interest, handler)
    return RegistrationToken(slot: slot, generation: registrations[slot].generation)
  }

  private mutating func takeFreeSlot() -> Int {
    guard firstFree == Self.absent else {
      let slot = Int(firstFree)
      firstFree = registrations[slot].nextFree
      return slot
    }
    registrations.append(Registration())
    return registrations.count - 1
  }

  /// Frees a slot for another descriptor; events and tokens of this use are stale from now on.
  mutating func remove(_ token: RegistrationToken) {
    unpark(token)
    var free = Registration(generation: token.generation &+ 1)
    free.nextFree = firstFree
    registrations[token.slot] = free
    firstFree = Int32(token.slot)
    count -= 1
    if !retained.isEmpty { retained[token.slot] = nil }
  }

  func isCurrent(_ token: RegistrationToken) -> Bool {
    token.slot < registrations.count && registrations[token.slot].isInUse
      && registrations[token.slot].generation == token.generation
  }

  func handler(of token: RegistrationToken) -> (any ReadinessHandler)? {
    isCurrent(token) ? registrations[token.slot].handler : nil
  }

  /// Gives access to a registration that is known to be current.
  subscript(token: RegistrationToken) -> Registration {
    _read {
      assert(isCurrent(token), "a stale token")
      yield registrations[token.slot]
    }
    _modify {
      assert(isCurrent(token), "a stale token")
      yield &registrations[token.slot]
    }
  }

  /// Keeps a handler alive for as long as its registration lasts.
  mutating func retain(_ handler: any ReadinessHandler, for token: RegistrationToken) {
    assert(isCurrent(token), "a stale token")
    retained[token.slot] = handler
  }

  /// Hands over what the table keeps alive.
  mutating func takeRetained() -> [any ReadinessHandler] {
    defer { retained = [:] }
    return retained.sorted { $0.key < $1.key }.map(\.value)
  }

  /// Forgets what the kernel was told, and returns all that it has to be told again.
  mutating func forgetTold() -> [RegistrationToken] {
    var tokens: [RegistrationToken] = []
    for slot in registrations.indices where registrations[slot].isInUse {
      registrations[slot].told = nil
      registrations[slot].isUpdateQueued = true
      tokens.append(RegistrationToken(slot: slot, generation: registrations[slot].generation))
    }
    return tokens
  }
}

// The list of parked waits runs through the slots, so that entering and leaving it cost the same
// however many there are, and neither allocates.
extension RegistrationTable {
  /// Enters a registration as the newest that waits for its operation, also one that was in the list
  /// already.
  mutating func park(_ token: RegistrationToken) {
    let slot = Int32(token.slot)
    if slot == lastParked { return }
    if self[token].isParked { unpark(token) }
    self[token].isParked = true
    self[token].previousParked = lastParked
    self[token].nextParked = Self.absent
    if lastParked == Self.absent {
      firstParked = slot
    } else {
      registrations[Int(lastParked)].nextParked = slot
    }
    lastParked = slot
  }

  mutating func unpark(_ token: RegistrationToken) {
    guard isCurrent(token), self[token].isParked else { return }
    let previous = self[token].previousParked
    let next = self[token].nextParked
    self[token].isParked = false
    if previous == Self.absent {
      firstParked = next
    } else {
      registrations[Int(previous)].nextParked = next
    }
    if next == Self.absent {
      lastParked = previous
    } else {
      registrations[Int(next)].previousParked = previous
    }
  }

  var oldestParked: Int32 { firstParked }

  func token(at slot: Int32) -> RegistrationToken {
    RegistrationToken(slot: Int(slot), generation: registrations[Int(slot)].generation)
  }

  func parked(at slot: Int32) -> (handler: (any ReadinessHandler)?, next: Int32) {
    (registrations[Int(slot)].handler, registrations[Int(slot)].nextParked)
  }
}
