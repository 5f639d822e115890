/// The one owner of a file descriptor, which closes it when its life ends.
package struct OwnedDescriptor: ~Copyable, Sendable {
  /// The descriptor's number, for system calls; it must not outlive the owner.
  package let number: CInt

  /// Takes over a descriptor that nothing else will close.
  package init(adopting number: CInt) {
    precondition(number >= 0, "a descriptor is not negative")
    self.number = number
  }

  /// Ends the ownership without closing; whoever takes the number has to close it.
  package consuming func release() -> CInt {
    let number = number
    discard self
    return number
  }

  deinit {
    SystemCalls.close(number)
  }
}
