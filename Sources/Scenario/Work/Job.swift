/// What a worker is to do next.
struct Job: Hashable {
  /// What is done with the file.
  enum Task: Hashable {
    /// Finds the file's scenarios, and runs the first one that is selected.
    case open
    /// Finds the file's scenarios and runs none.
    case list
    /// Runs the block of this name; `nil` is the file as a whole.
    case run(block: String?)
  }

  var task: Task
  let file: String
  /// The selected lines; empty selects the whole file.
  var lines: [Int] = []
  /// The number of the scenario that is run.
  var number = 0
  /// Which try of the scenario it is.
  var attempt = 1

  init(task: Task, file: String, lines: [Int] = []) {
    self.task = task
    self.file = file
    self.lines = lines
  }
}

extension Job {
  /// As ``ScenarioDescription/key``, of a job that runs one scenario.
  var key: String {
    guard case .run(let block) = task else { return file }
    return ScenarioDescription(file: file, name: block ?? "").key
  }
}

// The form in which a job goes to another process: a line of JSON.
extension Job {
  var line: [UInt8] {
    var writer = JSONWriter()
    writer.beginObject()
    writer.key("task")
    switch task {
    case .open: writer.value("open")
    case .list: writer.value("list")
    case .run(let block):
      writer.value("run")
      if let block { writer.member("block", block) }
    }
    writer.member("file", file)
    if !lines.isEmpty {
      writer.key("lines")
      writer.beginArray()
      for line in lines { writer.value(line) }
      writer.endArray()
    }
    writer.member("number", number)
    writer.member("attempt", attempt)
    writer.endObject()
    writer.endLine()
    return writer.bytes
  }

  init?(_ json: JSONValue) {
    guard let file = json["file"]?.string, let number = json["number"]?.integer else { return nil }
    switch json["task"]?.string {
    case "open": task = .open
    case "list": task = .list
    case "run": task = .run(block: json["block"]?.string)
    default: return nil
    }
    self.file = file
    self.number = number
    lines = json["lines"]?.elements.compactMap(\.integer) ?? []
    attempt = json["attempt"]?.integer ?? 1
  }
}
