import TestSupport
import Testing

@testable import Scenario

@Suite("Files beside a log")
struct LogStorageFilesTests {
  private let directory = TemporaryDirectory()

  private func isThere(_ name: String) -> Bool {
    (try? FileSystem.status(of: directory.file(name))) != nil
  }

  @Test func `what the workers of a killed run have left does not come into the next log`() throws {
    directory.write(
      #"{"t":1,"scenario":1,"event":"scenario","script":"a.lua"}"# + "\n",
      to: "log.7"
    )
    directory.write("\0\0", to: "log.8")

    try LogStorage.clear(beside: directory.file("log"))

    #expect(!isThere("log.7"))
    #expect(!isThere("log.8"))
  }

  @Test(arguments: [#"{"t":1,"event":"run","version":1}"#, "GET / 200"])
  func `what is no log of a worker is refused, and stays`(line: String) throws {
    directory.write(line + "\n", to: "log.1")

    let failure = #expect(throws: Failure.self) {
      try LogStorage.clear(beside: directory.file("log"))
    }

    #expect(failure?.kind == .environment)
    #expect(failure?.message.contains("log.1 is no part of it") == true)
    #expect(isThere("log.1"))
    #expect(LogStorage.workerFiles(of: directory.file("log")) == [])
  }
}
