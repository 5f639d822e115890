import Glibc
import TestSupport

@testable import Scenario

/// Chromium without a window, where there is one.
enum Browser {
  static let isHere = unsafe system("command -v chromium >/dev/null 2>&1") == 0

  /// What a page's file has become when its scripts have run.
  static func dom(of address: String, in directory: TemporaryDirectory) -> String {
    let output = directory.file("dom.html")
    let command = """
      HOME='\(directory.path)' timeout 60 chromium --headless --no-sandbox --disable-gpu \
      --allow-file-access-from-files --virtual-time-budget=5000 --dump-dom 'file://\(address)' >'\(output)' 2>/dev/null
      """
    _ = unsafe system(command)
    return String(decoding: (try? FileSystem.contents(of: output)) ?? [], as: UTF8.self)
  }
}
