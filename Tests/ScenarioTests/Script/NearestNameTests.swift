import Testing

@testable import Scenario

@Suite("Nearest name")
struct NearestNameTests {
  private let known = ["assert", "connect", "expect", "listen", "pairs", "print", "scenario"]

  @Test(arguments: [
    ("prnit", "print"), ("scenaro", "scenario"), ("exspect", "expect"), ("Print", "print"),
    ("assertt", "assert"), ("lsiten", "listen"),
  ])
  func `a misspelt name is recognized`(name: String, nearest: String) {
    #expect(NearestName.suggestion(for: name, among: known) == nearest)
  }

  @Test(arguments: ["x", "completely", "", "pint_all_of_it"])
  func `a name that resembles none has no nearest`(name: String) {
    #expect(NearestName.suggestion(for: name, among: known) == nil)
  }

  @Test func `the name itself is no suggestion`() {
    #expect(NearestName.suggestion(for: "print", among: ["print"]) == nil)
  }

  @Test func `of equally near names the alphabetically first is taken`() {
    #expect(NearestName.suggestion(for: "bat", among: ["cat", "bar", "hat"]) == "bar")
  }

  @Test(arguments: [
    ("ab", "ba", 1), ("abcd", "acbd", 1), ("kitten", "sitting", 3), ("", "abc", 3), ("a", "a", 0),
  ])
  func `a swap of neighbours is one difference`(left: String, right: String, distance: Int) {
    #expect(NearestName.distance(Array(left.utf8), Array(right.utf8), limit: 5) == distance)
  }

  @Test func `a distance above the limit is not worked out`() {
    #expect(NearestName.distance(Array("abcdef".utf8), Array("uvwxyz".utf8), limit: 2) == 3)
  }
}
