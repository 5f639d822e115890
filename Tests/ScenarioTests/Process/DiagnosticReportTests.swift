import Testing

@testable import Scenario

@Suite("Reports of sanitizers and valgrind")
struct DiagnosticReportTests {
  @Test func `the address sanitizer's kind, access and frames are read`() {
    let reports = DiagnosticReport.all(
      in: """
        =================================================================
        ==11==ERROR: AddressSanitizer: heap-use-after-free on address 0x602000000019 at pc 0x55
        WRITE of size 4 at 0x602000000019 thread T0
            #0 0x564a in __interceptor_memcpy ../../src/libsanitizer/asan/x.cpp:69
            #1 0x564a in store /src/table.c:41:3
            #2 0x564a in main /src/main.c:7
            #3 0x564a in start (/src/program+0x1f) (BuildId: 4c1)

        0x602000000019 is located 9 bytes inside of 16-byte region
        freed by thread T0 here:
            #0 0x564a in __interceptor_free ../../src/libsanitizer/asan/x.cpp:52
            #1 0x7fe0 in drop /src/table.c:90
            #2 0x7fe0 in reload /src/main.c:31

        previously allocated by thread T0 here:
            #0 0x7fe0 in __GI___getdelim ./libio/iogetdelim.c:62
            #1 0x7fe0 in open_table /src/table.c:12

        SUMMARY: AddressSanitizer: heap-use-after-free /src/table.c:41:3 in store
        Shadow bytes around the buggy address:
            #0 0x7fe0 in nothing /src/none.c:1
        """
    )

    #expect(
      reports.map(\.phrase) == [
        "AddressSanitizer: heap-use-after-free at table.c:41:3 in store"
      ]
    )
    #expect(
      reports.first?.lines == [
        "WRITE of size 4", "called from main.c:7 in main",
        "freed at table.c:90 in drop", "allocated at table.c:12 in open_table",
      ]
    )
  }

  @Test func `leaks are told from other findings`() {
    let reports = DiagnosticReport.all(
      in: """
        ==11==ERROR: LeakSanitizer: detected memory leaks

        Direct leak of 77 byte(s) in 1 object(s) allocated from:
            #0 0x7f7d in __interceptor_malloc ../../src/libsanitizer/asan/x.cpp:69
            #1 0x560d in open_table /src/table.c:12

        SUMMARY: AddressSanitizer: 77 byte(s) leaked in 1 allocation(s).
        """
    )

    #expect(reports.map(\.isLeak) == [true])
    #expect(
      reports.first?.phrase == "LeakSanitizer: detected memory leaks at table.c:12 in open_table"
    )
    #expect(
      reports.first?.lines == [
        "Direct leak of 77 byte(s) in 1 object(s)"
      ]
    )
  }

  @Test func `undefined behaviour is one line`() {
    let text =
      "/src/sum.c:2:51: runtime error: signed integer overflow: 1 + 2 cannot be represented\n"

    let reports = DiagnosticReport.all(in: text + text)

    #expect(reports.count == 2)
    #expect(reports.first?.tool == "UndefinedBehaviorSanitizer")
    #expect(reports.first?.phrase.hasSuffix(" at sum.c:2:51") == true)
    #expect(reports.first?.lines == [])
  }

  @Test func `the thread sanitizer's warning is a finding`() {
    let reports = DiagnosticReport.all(
      in: """
        WARNING: ThreadSanitizer: data race (pid=22989)
          Read of size 4 at 0x5611e4a32054 by thread T2:
            #0 count /src/race.c:2 (race+0x11d0)

          Previous write of size 4 at 0x5611e4a32054 by thread T1:
            #0 count /src/race.c:2 (race+0x11e8)
        """
    )

    #expect(reports.map(\.phrase) == ["ThreadSanitizer: data race at race.c:2 in count"])
    #expect(
      reports.first?.lines == [
        "Read of size 4", "previous write of size 4 at race.c:2 in count",
      ]
    )
  }

  @Test func `errors and lost blocks are found in what valgrind writes`() {
    let reports = DiagnosticReport.all(
      in: """
        ==7== Memcheck, a memory error detector
        ==7== Command: ./plain
        ==7==
        ==7== Invalid read of size 1
        ==7==    at 0x109161: parse (parser.c:4)
        ==7==    by 0x109202: main (parser.c:5)
        ==7==  Address 0x4a42049 is 1 bytes after a block of size 8 alloc'd
        ==7==    at 0x48417B4: malloc (in /usr/libexec/vgpreload.so)
        ==7==
        ==7== 8 bytes in 1 blocks are definitely lost in loss record 1 of 2
        ==7==    at 0x48417B4: malloc (in /usr/libexec/vgpreload.so)
        ==7==    by 0x109181: main (parser.c:5)
        ==7==
        ==7== LEAK SUMMARY:
        ==7==    definitely lost: 8 bytes in 1 blocks
        """
    )

    #expect(
      reports.map(\.phrase) == [
        "valgrind: Invalid read of size 1 at parser.c:4 in parse",
        "valgrind: 8 bytes in 1 blocks are definitely lost at parser.c:5 in main",
      ]
    )
    #expect(reports.map(\.isLeak) == [false, true])
    #expect(reports.first?.lines.first == "called from parser.c:5 in main")
  }

  @Test func `a report is found behind any amount of other output, also in two pieces`() {
    var capture = DiagnosticCapture()
    for _ in 0..<100 { capture.append([UInt8](repeating: 65, count: 10_000)) }

    capture.append(Array("\n==1==ERROR: AddressSani".utf8))
    capture.append(Array("tizer: SEGV on unknown address 0x0\n".utf8))

    #expect(capture.reports.map(\.phrase) == ["AddressSanitizer: SEGV"])
  }

  @Test(arguments: ["", "ERROR: no such table", "WARNING: low memory", "=== 1 ===\nERROR: x: y"])
  func `other errors are no reports`(text: String) {
    #expect(DiagnosticReport.all(in: text).isEmpty)
  }

  @Test(arguments: [
    (
      "==7== Invalid read of size 1\n==7==    at 0x1091: next (parser.c:4)\n",
      "Invalid read of size 1"
    ),
    (
      "==7== 8 bytes in 1 blocks are definitely lost in loss record 1 of 1\n",
      "8 bytes in 1 blocks are definitely lost"
    ),
  ])
  func `a valgrind without a banner is heard`(text: String, kind: String) {
    var capture = DiagnosticCapture()
    capture.append(Array("serving\n\(text.prefix(12))".utf8))
    capture.append(Array(text.dropFirst(12).utf8))

    #expect(capture.reports.map(\.kind) == [kind])
  }
}
