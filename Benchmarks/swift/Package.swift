// swift-tools-version: 6.3
import PackageDescription

let package = Package(
  name: "benchmarks",
  dependencies: [
    .package(name: "parley", path: "../..")
  ],
  targets: [
    .executableTarget(
      name: "workloads",
      dependencies: [.product(name: "LocalSockets", package: "parley")]
    )
  ]
)
