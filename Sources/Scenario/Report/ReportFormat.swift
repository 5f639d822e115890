/// How reports are laid out.
package struct ReportFormat: Hashable, Sendable {
  /// The greatest width in columns.
  package let columns: Int
  package let style: Style

  /// - Parameters:
  ///   - columns: The greatest width; less than 60 is taken as 60.
  ///   - style: Whether there is colour.
  package init(columns: Int = 80, style: Style = .plain) {
    self.columns = max(60, columns)
    self.style = style
  }
}
