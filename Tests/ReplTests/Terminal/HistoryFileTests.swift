import Glibc
import TestSupport
import Testing

@testable import Repl

@Suite("History")
struct HistoryFileTests {
  private let directory = TemporaryDirectory()
  private func write(_ bytes: [UInt8]) {
    #expect(TerminalCalls.append(bytes, to: history.path) == nil)
  }

  private var history: HistoryFile { HistoryFile(path: directory.file("history")) }

  @Test func `entries come back as they were, also of several lines`() {
    let entries = ["1 + 1", "function f()\n  return \"\\n\"\nend", "é"]
    for entry in entries { #expect(history.append(entry) == nil) }
    #expect(history.entries == entries)
  }

  @Test func `two sessions add to one file`() {
    let other = HistoryFile(path: history.path)
    _ = history.append("one")
    _ = other.append("two")
    #expect(history.entries == ["one", "two"])
  }

  @Test func `a file that is not there has no entries`() {
    #expect(history.entries == [])
  }

  @Test func `what no session can have written is left out`() {
    write(
      Array("good\n".utf8) + [0xff, 0xfe, 10, 0, 1, 2, 10] + Array("\u{1B}[31m\nlast".utf8)
    )
    #expect(history.entries == ["good", "last"])
  }

  @Test func `of a huge file only the end is read`() {
    write(Array("first\n".utf8))
    #expect(unsafe truncate(history.path, 1 << 30) == 0)
    for entry in ["behind a part of a line", "last"] { _ = history.append(entry) }
    #expect(history.entries == ["last"])
  }

  @Test func `a file that cannot be written says why`() {
    let history = HistoryFile(path: directory.file("missing/history"))
    #expect(history.append("x") == "No such file or directory")
  }

  @Test func `a FIFO is no history, and not waited for`() {
    #expect(unsafe mkfifo(history.path, 0o600) == 0)
    #expect(history.append("x") == "No such device or address")
    let reader = unsafe open(history.path, O_RDONLY | O_NONBLOCK)
    defer { close(reader) }
    #expect(history.append("x") == "it is no regular file")
  }
}
