/// The known name that a misspelt one most likely means.
package enum NearestName {
  /// Finds the known name that differs least from a given one.
  ///
  /// A difference is one letter too many, too few or wrong, or two neighbours swapped; a difference
  /// in case alone is the smallest. A third of the name may differ, and at most three letters.
  ///
  /// - Parameters:
  ///   - name: The name that is not known.
  ///   - known: The names to choose from; of equally near ones the alphabetically first is taken.
  /// - Returns: The nearest name, or `nil` when none is near.
  package static func suggestion(
    for name: String,
    among known: some Collection<String>
  ) -> String? {
    let folded = name.lowercased()
    if let sameLetters = known.filter({ $0 != name && $0.lowercased() == folded }).min() {
      return sameLetters
    }
    let letters = Array(name.utf8)
    let limit = min(3, max(1, letters.count / 3))
    var nearest: (name: String, distance: Int)?
    for candidate in known.sorted() where candidate != name {
      let distance = distance(letters, Array(candidate.utf8), limit: limit)
      if distance <= limit, distance < nearest?.distance ?? .max {
        nearest = (candidate, distance)
      }
    }
    return nearest?.name
  }

  /// The optimal string alignment distance, or `limit + 1` as soon as it must be above the limit.
  static func distance(_ left: [UInt8], _ right: [UInt8], limit: Int) -> Int {
    guard abs(left.count - right.count) <= limit else { return limit + 1 }
    var beforeLast: [Int] = []
    var last = Array(0...right.count)
    for (row, letter) in left.enumerated() {
      var current = [row + 1]
      for column in right.indices {
        let substitution = last[column] + (letter == right[column] ? 0 : 1)
        var best = min(substitution, last[column + 1] + 1, current[column] + 1)
        if row > 0, column > 0, letter == right[column - 1], left[row - 1] == right[column] {
          best = min(best, beforeLast[column - 1] + 1)
        }
        current.append(best)
      }
      if (current.min() ?? 0) > limit, (last.min() ?? 0) > limit { return limit + 1 }
      (beforeLast, last) = (last, current)
    }
    return min(last[right.count], limit + 1)
  }
}
