/// Values in the order in which they were added.
struct Fifo<Element> {
  private var elements: [Element?] = []
  private var head = 0

  var count: Int { elements.count - head }
  var isEmpty: Bool { count == 0 }

  /// The oldest value.
  var first: Element? {
    get { isEmpty ? nil : elements[head] }
    set { if !isEmpty { elements[head] = newValue } }
  }

  /// The newest value.
  var last: Element? {
    get { isEmpty ? nil : elements[elements.count - 1] }
    set { if !isEmpty { elements[elements.count - 1] = newValue } }
  }

  mutating func append(_ element: Element) {
    elements.append(element)
  }

  @discardableResult
  mutating func removeFirst() -> Element? {
    guard !isEmpty else { return nil }
    let element = elements[head].take()
    head += 1
    // The places in front are given back when they are all, or the greater part.
    if head > elements.count / 2 {
      elements.removeFirst(head)
      head = 0
    }
    return element
  }
}
