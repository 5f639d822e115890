// swift-tools-version: 6.0
// A package of its own, so that nothing else depends on SwiftNIO.
import PackageDescription

let package = Package(
  name: "nio",
  dependencies: [
    .package(url: "https://github.com/apple/swift-nio", from: "2.80.0")
  ],
  targets: [
    .executableTarget(
      name: "nio",
      dependencies: [
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
      ]
    )
  ],
  // One thread has the event loop and every handler; the compiler cannot see it.
  swiftLanguageModes: [.v5]
)
