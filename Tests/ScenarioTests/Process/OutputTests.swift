import Testing

@testable import Scenario

@Suite("Output of processes")
struct OutputTests {
  @Test func `a search gives the line, and where the next one begins`() {
    var output = RecentOutput()
    output.append(Array("first up\nsecond ".utf8))
    output.append(Array("up\n".utf8))

    let first = output.find(Array("up".utf8), from: 0)
    let second = output.find(Array("up".utf8), from: first.position)

    #expect(first.line == Array("first up".utf8))
    #expect(second.line == Array("second up".utf8))
    #expect(output.find(Array("up".utf8), from: second.position).line == nil)
  }

  @Test func `a text that comes in two pieces is found`() {
    var output = RecentOutput()
    output.append(Array("rea".utf8))
    let before = output.find(Array("ready".utf8), from: 0)
    output.append(Array("dy".utf8))

    #expect(before.line == nil)
    #expect(output.find(Array("ready".utf8), from: before.position).line == Array("ready".utf8))
  }

  @Test func `positions count what is kept no more`() {
    var output = RecentOutput()
    output.append(Array("early\n".utf8))
    for _ in 0..<4 { output.append([UInt8](repeating: 65, count: 1 << 20)) }
    output.append(Array("\nlate\n".utf8))

    let late = output.find(Array("late".utf8), from: 0)

    #expect(output.find(Array("early".utf8), from: 0).line == nil)
    #expect(late.line == Array("late".utf8))
    #expect(late.position == 6 + (4 << 20) + 5)
    #expect(output.lastLines(1) == ["late"])
  }

  @Test func `last lines that are no text are shown as bytes`() {
    var output = RecentOutput()
    output.append(Array("  caf\u{e9} \\\n".utf8) + [0x61, 0x00, 0x80, 0xff, 0x0a])

    #expect(output.lastLines(2) == ["  caf\u{e9} \\", #"a\x00\x80\xff"#])
  }

  @Test func `what nobody reads is bounded, and the newest stays`() {
    var output = UnreadOutput()
    let piece = [UInt8](repeating: 65, count: 1 << 20)
    for _ in 0..<80 { output.append(piece) }
    output.append([66])

    #expect(output.count <= UnreadOutput.limit)
    #expect(output.droppedCount + output.count == (80 << 20) + 1)
    #expect(output.takeAll().last == 66)
    #expect(output.isEmpty)
  }
}
