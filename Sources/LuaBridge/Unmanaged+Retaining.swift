extension Unmanaged {
  /// The object, as `takeUnretainedValue`, but without its locked instruction, which a path of one
  /// thread need not pay for.
  @inline(__always)
  package func nonatomicallyRetained() -> Instance {
    unsafe unsafeBitCast(toOpaque(), to: Instance.self)
  }
}
