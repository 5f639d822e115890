import LocalSockets
import Testing

@Suite("InheritedDescriptor")
struct InheritedDescriptorTests {
  private func parse(
    process: String? = "7",
    count: String?,
    names: String? = nil
  ) -> [InheritedDescriptor] {
    InheritedDescriptor.parse(
      process: process.map { Array($0.utf8) },
      count: count.map { Array($0.utf8) },
      names: names.map { Array($0.utf8) },
      ownProcess: 7
    )
  }

  @Test func `the numbers begin with 3 and have the names in their order`() {
    let descriptors = parse(count: "3", names: "http::log")

    #expect(descriptors.map(\.number) == [3, 4, 5])
    #expect(descriptors.map(\.name) == ["http", nil, "log"])
  }

  @Test func `descriptors without names have none`() {
    #expect(parse(count: "2").map(\.name) == [nil, nil])
    #expect(parse(count: "2", names: "http").map(\.name) == ["http", nil])
  }

  @Test(arguments: [nil, "", "8", "x", "7 ", "-7"])
  func `what is meant for another process is not taken`(process: String?) {
    #expect(parse(process: process, count: "1").isEmpty)
  }

  @Test(arguments: [nil, "", "0", "-1", "x", "1.5", "2147483647", "99999999999999999999"])
  func `a count that makes no sense gives nothing`(count: String?) {
    #expect(parse(count: count).isEmpty)
  }
}
