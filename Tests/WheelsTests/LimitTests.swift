import Platform
import Support
import SystemPackage
import Testing

@testable import Wheels

@Suite struct LimitTests {
    @Test func `more entries than the limit are refused before they are read`() throws {
        var limits = WheelLimits()
        limits.entries = 4
        try expect(.zip(.tooManyEntries), of: OddWheel.plain(), limits: limits)
        limits.entries = 5
        try expect(.accepted, of: OddWheel.plain(), limits: limits)
    }

    @Test func `more content than the limit is refused before it is read`() throws {
        var limits = WheelLimits()
        limits.content = 1000
        try expect(.zip(.tooLarge), of: OddWheel.plain(), limits: limits)
    }

    @Test func `a bomb is refused before it is read`() throws {
        var wheel = OddWheel.plain()
        wheel.add("zeros", bytes: [UInt8](repeating: 0, count: 4 << 20))
        try expect(.accepted, of: wheel)
        var limits = WheelLimits()
        limits.ratioFloor = 1 << 20
        try expect(.zip(.tooDense), of: wheel, limits: limits)
        wheel.add(
            "noise", bytes: (0..<100_000).map { UInt8(truncatingIfNeeded: $0 &* $0 >> 7) },
            deflated: false)
        try expect(.zip(.tooDense), of: wheel, limits: limits)
    }

    /// The package index refuses to host more (`COMPRESSION_RATIO_THRESHOLD` of pypi/warehouse).
    @Test func `the limits are those of the package index`() {
        let limits = WheelLimits()
        let floor = 64 << 20
        #expect(!limits.areTooDense(floor, in: 1))
        #expect(limits.areTooDense(floor + 1, in: 1))
        #expect(limits.areTooDense(floor + 51, in: floor / 50))
        #expect(!limits.areTooDense(50 * (floor / 50 + 1), in: floor / 50 + 1))
        #expect(limits.areTooDense(.max, in: 0))
        #expect(!limits.areTooDense(.max, in: .max))
    }

    @Test func `metadata too long to be metadata is refused`() throws {
        var limits = WheelLimits()
        limits.text = 30
        try expect(.wheel(.textTooLong), of: OddWheel.plain(), limits: limits)
    }

    @Test func `files that are no archives are refused`() throws {
        try withTemporaryFolder { folder in
            for text in ["", "PK", String(repeating: "no archive", count: 20_000)] {
                let path = try folder.write("demo-1.0-py3-none-any.whl", text)
                #expect(throws: WheelError.zip(wheel: path, entry: nil, rule: .noEndRecord)) {
                    try WheelArchive(opening: path)
                }
            }
        }
    }

    @Test func `an archive cut anywhere is refused`() throws {
        try withTemporaryFolder { folder in
            let bytes = OddWheel.plain().archive().bytes()
            let path = folder.appending("demo-1.0-py3-none-any.whl")
            for count in stride(from: 0, to: bytes.count, by: 7) {
                try writeFile(path, bytes[..<count])
                #expect(throws: WheelError.self) { try WheelArchive(opening: path) }
            }
        }
    }

    @Test func `refusals name wheel, entry and rule, and print no control characters`() {
        let error = WheelError.zip(wheel: "x.whl", entry: "a\u{1B}[2J\nb", rule: .controlCharacter)
        #expect(
            "\(error)" == """
                x.whl is refused: its name holds a control character ('a\\u{1b}[2J\\u{a}b')
                build or fetch the wheel again
                """)
    }
}
