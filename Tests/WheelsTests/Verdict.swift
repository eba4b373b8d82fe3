import Platform
import Support
import SystemPackage
import Testing

@testable import Wheels

/// What became of a wheel.
enum Verdict: Equatable, CustomStringConvertible {
    case accepted
    case zip(ZipRule)
    case wheel(WheelRule)
    case record(RecordRule)
    case badFilename

    init(_ error: WheelError) throws {
        switch error {
        case .zip(_, _, let rule): self = .zip(rule)
        case .wheel(_, _, let rule): self = .wheel(rule)
        case .record(_, let problem): self = .record(problem.rule)
        case .badFilename: self = .badFilename
        default: throw error
        }
    }

    var description: String {
        switch self {
        case .accepted: "accepted"
        case .zip(let rule): "zip rule: \(rule.rawValue)"
        case .wheel(let rule): "wheel rule: \(rule.rawValue)"
        case .record(let rule): "RECORD rule: \(rule.rawValue)"
        case .badFilename: "bad file name"
        }
    }
}

/// A wheel that is odd in one way.
struct OddWheel: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let verdict: Verdict
    let change: @Sendable (inout WheelBuilder) -> Void

    init(
        _ description: String, _ verdict: Verdict,
        _ change: @escaping @Sendable (inout WheelBuilder) -> Void
    ) {
        testDescription = description
        self.verdict = verdict
        self.change = change
    }

    /// Changes only the archive around the right wheel; its first entry is `demo.py`, stored.
    static func archive(
        _ description: String, _ verdict: Verdict,
        _ change: @escaping @Sendable (inout ZipBuilder) -> Void
    ) -> OddWheel {
        OddWheel(description, verdict) { $0.changeArchive = change }
    }

    /// Adds one file of this name.
    static func name(_ name: String, _ verdict: Verdict, as description: String? = nil) -> OddWheel
    {
        OddWheel(description ?? "a file \(name.debugDescription)", verdict) { $0.add(name, "x") }
    }

    static func plain() -> WheelBuilder {
        var wheel = WheelBuilder()
        wheel.add("demo.py", "value = 1\n", deflated: false)
        wheel.add("demo_data/text.txt", String(repeating: "some text ", count: 100))
        return wheel
    }
}

/// The layout of a tree at `/opt/tree` with some Python 3.11.
let someLayout = try! WheelLayout(
    sitePackages: "lib/python3.11/site-packages", headers: "include/site/python3.11",
    pythonVersion: "3.11", prefix: "/opt/tree")

/// Checks a wheel and unpacks it into `folder/stage`.
///
/// Whatever becomes of it, nothing may change outside the stage.
@discardableResult
func judge(
    _ wheel: WheelBuilder, in folder: FilePath, record policy: RecordPolicy = .strict,
    limits: WheelLimits = WheelLimits()
) throws -> (verdict: Verdict, unpacked: UnpackedWheel?) {
    let path = try wheel.write(in: folder)
    try makeDirectories(folder.appending("stage"))
    let before = try folder.listing { $0 == "stage" }
    var result: (Verdict, UnpackedWheel?)
    do throws(WheelError) {
        let checked = try check(path, for: nil, record: policy, limits: limits)
        let stage = try onPlatform { () throws(PlatformError) in
            try Directory(opening: folder.appending("stage"))
        }
        result = (
            .accepted, try unpack(checked, layout: someLayout, into: stage, requested: false)
        )
        _ = try checked.prove()
    } catch {
        result = (try Verdict(error), nil)
    }
    #expect(try folder.listing { $0 == "stage" } == before)
    return result
}

/// Judges a wheel in a folder of its own.
func expect(
    _ expected: Verdict, of wheel: WheelBuilder, record policy: RecordPolicy = .strict,
    limits: WheelLimits = WheelLimits(), sourceLocation: SourceLocation = #_sourceLocation
) throws {
    let verdict = try withTemporaryFolder { folder in
        try judge(wheel, in: folder, record: policy, limits: limits).verdict
    }
    #expect(verdict == expected, sourceLocation: sourceLocation)
}
