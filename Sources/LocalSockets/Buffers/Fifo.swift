/// Values in the order in which they were added.
package struct Fifo<Element> {
  private var elements: [Element?] = []
  private var head = 0

  package init() {}

  package var count: Int { elements.count - head }
  package var isEmpty: Bool { count == 0 }

  /// The oldest value.
  package var first: Element? {
    get { isEmpty ? nil : elements[head] }
    set { if !isEmpty { elements[head] = newValue } }
  }

  /// The newest value.
  package var last: Element? {
    get { isEmpty ? nil : elements[elements.count - 1] }
    set { if !isEmpty { elements[elements.count - 1] = newValue } }
  }

  /// The value with as many older ones before it as the index says.
  package subscript(index: Int) -> Element {
    guard let element = elements[head + index] else { preconditionFailure("a value that has left") }
    return element
  }

  /// Takes out a value that others may stand before; these are moved.
  package mutating func remove(at index: Int) {
    elements.remove(at: head + index)
  }

  package mutating func append(_ element: Element) {
    elements.append(element)
  }

  @discardableResult
  package mutating func removeFirst() -> Element? {
    guard !isEmpty else { return nil }
    let element = elements[head].take()
    // The usual case of a value that nothing stood behind.
    if elements.count == 1 {
      elements.removeLast()
      return element
    }
    head += 1
    // The places in front are given back when they are all, or the greater part.
    if head > elements.count / 2 {
      elements.removeFirst(head)
      head = 0
    }
    return element
  }
}
