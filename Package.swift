// swift-tools-version: 6.2
import PackageDescription

/// The language settings of every target of ours: the strictest that build together.
let settings: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
  .enableExperimentalFeature("Lifetimes"),
  .strictMemorySafety(),
  .treatAllWarnings(as: .error),
]

let package = Package(
  name: "muster",
  products: [
    .library(name: "MusterClient", targets: ["MusterClient"]),
    .executable(name: "musterd", targets: ["musterd"]),
    .executable(name: "muster", targets: ["muster"]),
  ],
  dependencies: [
    .package(url: "https://github.com/grpc/grpc-swift-2.git", exact: "2.4.3"),
    .package(url: "https://github.com/grpc/grpc-swift-nio-transport.git", exact: "2.9.2"),
    .package(url: "https://github.com/apple/swift-nio.git", from: "2.101.2"),
    .package(url: "https://github.com/apple/swift-nio-http2.git", from: "1.46.0"),
    .package(url: "https://github.com/apple/swift-argument-parser.git", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-log.git", from: "1.16.2"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle.git", from: "2.13.0"),
    .package(url: "https://github.com/swiftlang/swift-docc-plugin.git", from: "1.5.0"),
  ],
  targets: [
    .systemLibrary(
      name: "CProtobufC", pkgConfig: "libprotobuf-c",
      providers: [.apt(["libprotobuf-c-dev"])]),
    .systemLibrary(
      name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
    .target(
      name: "CPageChecksums", dependencies: ["CSQLite"]),
    .target(name: "CAllocator"),
    .target(name: "CMusterProto", dependencies: ["CProtobufC"], exclude: ["definitions"]),
    .target(name: "MusterCore", swiftSettings: settings),
    .target(name: "MusterCSV", swiftSettings: settings),
    // Every file that the command and the daemon write is made here.
    .target(
      name: "MusterFiles", dependencies: ["MusterCore", "MusterFaults"], swiftSettings: settings),
    // Failpoints and mutants for the fault tests; a release build has none of them.
    .target(
      name: "MusterFaults",
      swiftSettings: settings + [.define("MUSTER_FAULTS", .when(configuration: .debug))]),
    .target(
      name: "MusterWire",
      dependencies: [
        "MusterCore", "CMusterProto", "CProtobufC",
        .product(name: "GRPCCore", package: "grpc-swift-2"),
      ],
      swiftSettings: settings
    ),
    .target(
      name: "MusterStore",
      dependencies: ["MusterCore", "MusterFiles", "MusterFaults", "CPageChecksums", "CSQLite"],
      swiftSettings: settings),
    .target(
      name: "MusterServer",
      dependencies: [
        "MusterCore", "MusterWire", "MusterFiles", "MusterFaults", "CAllocator",
        .product(name: "GRPCCore", package: "grpc-swift-2"),
        .product(name: "GRPCNIOTransportHTTP2Posix", package: "grpc-swift-nio-transport"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "NIOHTTP2", package: "swift-nio-http2"),
        .product(name: "NIOHPACK", package: "swift-nio-http2"),
        .product(name: "Logging", package: "swift-log"),
      ],
      swiftSettings: settings
    ),
    .executableTarget(
      name: "musterd",
      dependencies: [
        "MusterServer", "MusterStore", "MusterCore", "MusterFiles", "MusterFaults",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "UnixSignals", package: "swift-service-lifecycle"),
      ],
      swiftSettings: settings
    ),
    .executableTarget(
      name: "muster",
      dependencies: [
        "MusterClient", "MusterCSV", "MusterCore", "MusterFiles", "MusterFaults", "MusterStore",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: settings
    ),
    .target(
      name: "MusterClient",
      dependencies: [
        "MusterCore", "MusterWire",
        .product(name: "GRPCCore", package: "grpc-swift-2"),
        .product(name: "GRPCNIOTransportHTTP2Posix", package: "grpc-swift-nio-transport"),
      ],
      swiftSettings: settings
    ),
    .executableTarget(
      name: "MusterBenchmarks",
      dependencies: [
        "MusterStore", "MusterCore", "CSQLite",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      path: "Sources/Benchmarks/MusterBenchmarks",
      swiftSettings: settings
    ),
    .target(
      name: "MusterTestSupport", dependencies: ["MusterCore", "MusterWire", "MusterClient"],
      path: "Tests/MusterTestSupport", swiftSettings: settings),
    .target(
      name: "MusterTestDaemon",
      dependencies: [
        "MusterServer", "MusterStore", "MusterClient", "MusterCore", "MusterTestSupport",
        .product(name: "Logging", package: "swift-log"),
      ],
      path: "Tests/MusterTestDaemon", swiftSettings: settings),
    .testTarget(
      name: "MusterCoreTests", dependencies: ["MusterCore", "MusterTestSupport"],
      swiftSettings: settings),
    .testTarget(
      name: "MusterFilesTests", dependencies: ["MusterFiles"],
      swiftSettings: settings),
    .testTarget(name: "MusterCSVTests", dependencies: ["MusterCSV"], swiftSettings: settings),
    .testTarget(
      name: "MusterWireTests",
      dependencies: [
        "MusterWire", "MusterCore", "MusterTestSupport",
        .product(name: "GRPCCore", package: "grpc-swift-2"),
      ],
      swiftSettings: settings
    ),
    .testTarget(
      name: "MusterStoreTests", dependencies: ["MusterStore", "MusterCore", "MusterTestSupport"],
      exclude: ["Fixtures"],
      swiftSettings: settings
    ),
    .testTarget(
      name: "MusterServerTests",
      dependencies: [
        "MusterServer", "MusterStore", "MusterClient", "MusterWire", "MusterCore",
        "MusterTestSupport", "MusterTestDaemon",
        .product(name: "GRPCCore", package: "grpc-swift-2"),
        .product(name: "GRPCNIOTransportHTTP2Posix", package: "grpc-swift-nio-transport"),
        .product(name: "Logging", package: "swift-log"),
      ],
      swiftSettings: settings
    ),
    .testTarget(
      name: "MusterClientTests",
      dependencies: ["MusterClient", "MusterTestSupport", "MusterTestDaemon"],
      swiftSettings: settings
    ),
    .testTarget(
      name: "EndToEndTests",
      dependencies: ["musterd", "muster", "MusterClient", "MusterCore", "MusterTestSupport"],
      exclude: ["Fixtures"],
      swiftSettings: settings
    ),
    .testTarget(name: "TidyTests", swiftSettings: settings),
  ],
  swiftLanguageModes: [.v6]
)
