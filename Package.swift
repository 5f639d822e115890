// swift-tools-version: 6.3
import PackageDescription

let package = Package(
  name: "parley",
  products: [
    .library(name: "LocalSockets", targets: ["LocalSockets"]),
    .library(name: "localsocket", type: .dynamic, targets: ["LocalSocketModule"]),
    .executable(name: "parley", targets: ["parley"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0")
  ],
  targets: [
    // C
    .target(name: "CLocalSockets"),
    .systemLibrary(name: "CLua", path: "CLua", providers: [.apt(["liblua5.4-dev"])]),
    .target(
      name: "CLuaShim",
      dependencies: ["CLua"],
      cSettings: [.define("LSL_CHECK", .when(configuration: .debug))]
    ),
    .target(name: "CEdit", linkerSettings: [.linkedLibrary("edit")]),
    .target(name: "CPage"),
    .target(name: "CProcess"),
    .target(name: "CPrelude"),
    .target(name: "CFuzzing", dependencies: ["CPrelude"]),
    .target(name: "CPrompt", dependencies: ["CPrelude"]),

    // Swift, lowest first: a target depends only on targets above it
    .target(
      name: "LocalSockets",
      dependencies: ["CLocalSockets"],
      swiftSettings: [.define("FAULT_INJECTION", .when(configuration: .debug))]
    ),
    .target(name: "LuaBridge", dependencies: ["CLua", "CLuaShim"]),
    .target(name: "LocalSocketLua", dependencies: ["LocalSockets", "LuaBridge"]),
    .target(
      name: "LocalSocketModule",
      dependencies: ["CLua", "CLuaShim", "LocalSocketLua", "LuaBridge"]
    ),
    .target(
      name: "Scenario",
      dependencies: [
        "CLocalSockets", "CPage", "CPrelude", "CProcess", "LocalSocketLua", "LocalSockets",
        "LuaBridge",
      ],
      exclude: ["Prelude", "Report/Html"]
    ),
    .target(
      name: "Fuzzing",
      dependencies: ["CFuzzing", "LocalSocketLua", "LocalSockets", "LuaBridge", "Scenario"],
      exclude: ["Prelude", "Shim"]
    ),
    .target(
      name: "Repl",
      dependencies: [
        "CEdit", "CPrompt", "LocalSocketLua", "LocalSockets", "LuaBridge", "Scenario",
      ],
      exclude: ["Prelude"]
    ),
    .executableTarget(
      name: "parley",
      dependencies: [
        "Fuzzing", "Repl", "Scenario",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      linkerSettings: [.linkedLibrary("lua5.4")]
    ),

    // Examples of the library alone; no product names them
    .executableTarget(
      name: "line-client",
      dependencies: ["LocalSockets"],
      path: "examples/swift/line-client"
    ),
    .executableTarget(
      name: "line-server",
      dependencies: ["LocalSockets"],
      path: "examples/swift/line-server"
    ),

    // What scripts/count-instructions counts beside parley; no product names it
    .executableTarget(
      name: "core-round-trips",
      dependencies: ["LocalSockets"],
      path: "Tests/Instructions/core"
    ),

    // Tests
    .target(name: "TestSupport", dependencies: ["LocalSockets"], path: "Tests/TestSupport"),
    .testTarget(name: "CProcessTests", dependencies: ["CProcess", "TestSupport"]),
    .testTarget(name: "LocalSocketsTests", dependencies: ["LocalSockets", "TestSupport"]),
    .testTarget(
      name: "LuaBridgeTests",
      dependencies: ["CLuaShim", "LuaBridge", "TestSupport"],
      linkerSettings: [.linkedLibrary("lua5.4")]
    ),
    .testTarget(
      name: "LocalSocketLuaTests",
      dependencies: ["LocalSocketLua", "LuaBridge", "TestSupport"],
      exclude: ["Programs", "Specs", "Torture"],
      linkerSettings: [.linkedLibrary("lua5.4")]
    ),
    .testTarget(
      name: "ScenarioTests",
      dependencies: ["LocalSockets", "LocalSocketLua", "Scenario", "TestSupport"],
      exclude: ["Prelude", "Report/Schemas"],
      linkerSettings: [.linkedLibrary("lua5.4")]
    ),
    .testTarget(
      name: "FuzzingTests",
      dependencies: ["Fuzzing", "Scenario", "TestSupport"],
      exclude: ["Planted", "Prelude"],
      linkerSettings: [.linkedLibrary("lua5.4")]
    ),
    .testTarget(
      name: "ReplTests",
      dependencies: ["Repl", "Scenario", "TestSupport"],
      exclude: ["Prelude"],
      linkerSettings: [.linkedLibrary("lua5.4")]
    ),
    .testTarget(name: "ParleyTests", dependencies: ["TestSupport"], exclude: ["Cases"]),
  ],
  cLanguageStandard: .gnu2x  // #embed puts the prelude's Lua sources into the binary
)

let strict: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("ImmutableWeakCaptures"),
  .enableUpcomingFeature("InferIsolatedConformances"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
  .strictMemorySafety(),
  .treatAllWarnings(as: .error),
]

// Here, after the list, so that no target can miss a setting.
for target in package.targets where [.regular, .executable, .test].contains(target.type) {
  target.swiftSettings = (target.swiftSettings ?? []) + strict
  target.cSettings =
    (target.cSettings ?? []) + [.enableWarning("extra"), .treatAllWarnings(as: .error)]
}
