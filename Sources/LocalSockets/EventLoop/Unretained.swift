/// Somebody, by a protocol for classes alone, who is not kept alive.
///
/// The reference lies here as words, since a copy of an unowned one would cost a locked instruction.
struct Unretained<Somebody> {
  // SAFETY: whoever is put here takes itself away before it goes.
  private var words: (UInt, UInt) = (0, 0)

  var value: Somebody? {
    get { unsafe unsafeBitCast(words, to: Somebody?.self) }
    set { words = unsafe unsafeBitCast(newValue, to: (UInt, UInt).self) }
  }
}
