import LocalSocketLua
import Testing

@testable import Scenario

@Suite("Durations in reports")
struct DurationTextSecondsTests {
  @Test(arguments: [
    (Duration.milliseconds(214), "0.214"), (.seconds(5), "5.000"), (.microseconds(1_600), "0.002"),
    (.microseconds(999_600), "1.000"), (.zero, "0.000"), (.seconds(-1), "0.000"),
  ])
  func `seconds are printed with three decimals`(duration: Duration, text: String) {
    #expect(DurationText.seconds(duration) == text)
  }

  @Test(arguments: [
    (Duration.milliseconds(12), "0.012"), (.milliseconds(249), "0.2"), (.milliseconds(250), "0.3"),
    (.seconds(75), "75.0"),
  ])
  func `rough seconds have one decimal unless they are few`(duration: Duration, text: String) {
    #expect(DurationText.roughSeconds(duration) == text)
  }
}
