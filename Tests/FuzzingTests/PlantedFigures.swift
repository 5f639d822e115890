import Glibc

/// What a campaign has made of a planted bug, as a line of the file that `PLANTED_FIGURES` names.
struct PlantedFigures {
  let bug: String
  let seed: Int
  var isFound = false
  var isAttributed = false
  var isMinimal = false
  var isShown = false
  /// How many replays making it smaller took, and how long.
  var runs = "-"
  var seconds = "-"

  init(bug: String, seed: Int) {
    self.bug = bug
    self.seed = seed
  }

  /// Takes what `finding.json` says.
  mutating func take(_ about: String) {
    isFound = true
    runs = about.firstMatch(of: /"shrinkRuns":([0-9]+)/).map { String($0.output.1) } ?? "-"
    seconds = about.firstMatch(of: /"shrinkSeconds":([0-9.]+)/).map { String($0.output.1) } ?? "-"
  }

  func write() {
    guard let path = unsafe getenv("PLANTED_FIGURES"), let file = unsafe fopen(path, "a") else {
      return
    }
    let flags = [isFound, isAttributed, isMinimal, isShown].map { $0 ? "1" : "0" }
    let fields = [bug, String(seed)] + flags + [runs, seconds]
    unsafe fputs(fields.joined(separator: "\t") + "\n", file)
    unsafe fclose(file)
  }
}
