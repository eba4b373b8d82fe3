// swift-tools-version:6.2
import PackageDescription

/// Where changes are judged a warning is an error; a newer compiler may warn users of more.
let warnings: [SwiftSetting] =
    Context.environment["CI"] == nil ? [] : [.treatAllWarnings(as: .error)]

let settings: [SwiftSetting] =
    warnings + [
        .swiftLanguageMode(.v6),
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("InternalImportsByDefault"),
        .enableUpcomingFeature("MemberImportVisibility"),
    ]

let system = Target.Dependency.product(name: "SystemPackage", package: "swift-system")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")

/// A floor of the house: it imports only what is named here, all of it from floors below.
func floor(
    _ name: String, on dependencies: [Target.Dependency] = [], linking libraries: [String] = [],
    besides others: [String] = []
) -> Target {
    .target(
        name: name, dependencies: dependencies + [system], exclude: others, swiftSettings: settings,
        linkerSettings: libraries.map { .linkedLibrary($0) })
}

/// libarchive as a static library, of which only the tar and zip readers are taken along: the
/// shared one brings libxml2 and ICU, 33 MB to map at each start.
let archive = [
    ":libarchive.a", ":libbz2.a", ":liblzma.a", ":libzstd.a", ":libnettle.a", "z",
]

func tests(of name: String, with dependencies: [Target.Dependency] = []) -> Target {
    .testTarget(
        name: "\(name)Tests",
        dependencies: [.target(name: name), "Support", system] + dependencies,
        swiftSettings: settings)
}

let package = Package(
    name: "spkg",
    products: [.executable(name: "spkg", targets: ["spkg"])],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
        .package(url: "https://github.com/LebJe/TOMLKit", from: "0.6.0"),
    ],
    targets: [
        .systemLibrary(
            name: "CArchive",
            providers: [
                .apt(["libarchive-dev", "libbz2-dev", "liblzma-dev", "libzstd-dev", "nettle-dev"])
            ]),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .target(name: "CPlatform"),
        // Its header is what is needed of libcurl here; the library is loaded at the first download.
        .target(name: "CCurl"),

        floor("Platform", on: ["CPlatform", crypto]),
        floor("Locks", on: ["Platform", "CPlatform"]),
        floor("Requirements"),
        floor("Trees", on: ["Requirements", "Platform"]),
        floor("Changes", on: ["Trees", "Locks", "Platform", "CPlatform"]),
        floor("Recipes", on: ["Platform"]),
        floor(
            "Distfiles",
            on: ["Requirements", "Platform", "CArchive", "CCurl", crypto], linking: archive),
        floor("Wheels", on: ["Trees", "Locks", "Requirements", "Platform", "CZlib"]),
        floor(
            "Building",
            on: [
                "Recipes", "Trees", "Requirements", "Platform", "CPlatform",
                .product(name: "TOMLKit", package: "TOMLKit"),
            ]),
        floor(
            "Installing",
            on: [
                "Building", "Wheels", "Distfiles", "Recipes", "Requirements", "Changes", "Trees",
                "Locks", "Platform",
            ]),
        floor(
            "SpkgCommands",
            on: [
                "Installing", "Building", "Wheels", "Recipes", "Requirements", "Changes", "Trees",
                "Locks", "Platform",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ], besides: ["Schemas", "Manual"]),
        .executableTarget(
            name: "spkg", dependencies: ["SpkgCommands"], swiftSettings: settings,
            linkerSettings: [
                // A program at a fixed place needs no relocation at start: 3 of 7 ms otherwise.
                .unsafeFlags(["-Xclang-linker", "-no-pie"], .when(configuration: .release))
            ]),

        .target(
            name: "Support", dependencies: ["Platform", "CZlib", crypto, system],
            path: "Tests/Support", swiftSettings: settings),
        tests(of: "Platform"),
        tests(of: "Locks"),
        tests(of: "Trees"),
        tests(of: "Changes"),
        tests(of: "Requirements"),
        tests(of: "Recipes"),
        tests(of: "Distfiles"),
        tests(of: "Wheels"),
        // Between a real make and a real sub-make, in tests of the jobserver.
        .executableTarget(
            name: "BuildingDriver", dependencies: ["Building", system],
            path: "Tests/BuildingDriver", swiftSettings: settings),
        tests(of: "Building", with: ["BuildingDriver", "Recipes", "Trees", "Platform"]),
        tests(of: "Installing"),
        tests(of: "SpkgCommands", with: ["Installing", "Building"]),
        .testTarget(
            name: "SpkgTests", dependencies: ["spkg", "Support", "Platform", system],
            swiftSettings: settings),
    ]
)
