import LocalSocketLua
import Testing

@Suite("Duration text")
struct DurationTextTests {
  @Test(arguments: [
    ("250ms", Duration.milliseconds(250)), ("2s", .seconds(2)), ("1.5m", .seconds(90)),
    ("0.25s", .milliseconds(250)), ("10us", .microseconds(10)), ("1h", .seconds(3600)),
    ("0s", .zero), ("1.0005s", .microseconds(1_000_500)),
  ])
  func `a number with a unit is a duration`(text: String, duration: Duration) throws {
    #expect(try DurationText.parse(text) == duration)
  }

  @Test(arguments: [
    ("20", "the duration \"20\" needs a unit, as in 2s"),
    ("2x", "the duration \"2x\" has no unit of us, ms, s, m, h"),
    ("2 s", "the duration \"2 s\" has a blank in it; write it as \"2s\""),
    ("2 sec", "the duration \"2 sec\" needs a number and a unit, such as 250ms or 2s"),
    ("s", "the duration \"s\" needs a number and a unit, such as 250ms or 2s"),
    ("", "the duration \"\" needs a number and a unit, such as 250ms or 2s"),
    ("-1s", "the duration \"-1s\" is negative"),
    (".5s", "the duration \".5s\" needs a number and a unit, such as 250ms or 2s"),
    ("1.2.3s", "the duration \"1.2.3s\" needs a number and a unit, such as 250ms or 2s"),
    ("99999999999999h", "the duration \"99999999999999h\" is too long"),
    ("99999999999999999999s", "the duration \"99999999999999999999s\" is too long"),
  ])
  func `any other text is refused with the reason`(text: String, reason: String) {
    let error = #expect(throws: DurationText.Malformed.self) { try DurationText.parse(text) }

    #expect(error?.description == reason)
  }
}
