import Support
import Testing

@testable import Wheels

/// Extra fields and data descriptors.
extension ZipRuleTests {
    static let extras: [OddWheel] = [
        .archive("an extra field of time stamps", .accepted) {
            $0.entries[0].local.extra = ZipBuilder.extra(0x5455, [1, 0, 0, 0, 0])
            $0.entries[0].directory.extra = ZipBuilder.extra(0x5455, [1, 0, 0, 0, 0])
        },
        .archive("an extra field of three bytes", .zip(.malformedExtra)) {
            $0.entries[0].local.extra = [1, 0, 0]
        },
        .archive("three bytes after an extra field", .zip(.malformedExtra)) {
            $0.entries[0].directory.extra = ZipBuilder.extra(0x5455, [0]) + [0, 0, 0]
        },
        .archive("an extra field longer than its space", .zip(.malformedExtra)) {
            $0.entries[0].directory.extra = [0x55, 0x54, 9, 0, 1]
        },
        .archive("zip64 sizes in the local header", .accepted) {
            $0.entries[0].local.extra = ZipBuilder.zip64Extra(10, 10)
            ($0.entries[0].local.size, $0.entries[0].local.compressedSize) = (.max, .max)
        },
        .archive("zip64 sizes in both headers", .accepted) {
            $0.entries[0].local.extra = ZipBuilder.zip64Extra(10, 10)
            ($0.entries[0].local.size, $0.entries[0].local.compressedSize) = (.max, .max)
            $0.entries[0].directory.extra = ZipBuilder.zip64Extra(10, 10, 0)
            ($0.entries[0].directory.size, $0.entries[0].directory.compressedSize) = (.max, .max)
            $0.entries[0].directory.offset = .max
        },
        .archive("zip64 sizes that differ", .zip(.localHeaderDiffers)) {
            $0.entries[0].local.extra = ZipBuilder.zip64Extra(11, 11)
            ($0.entries[0].local.size, $0.entries[0].local.compressedSize) = (.max, .max)
        },
        .archive("a local zip64 field that repeats the sizes, as Bazel writes it", .accepted) {
            $0.entries[0].local.extra = ZipBuilder.zip64Extra(10, 10)
        },
        .archive("a local zip64 field beside other sizes", .zip(.zip64Extra)) {
            $0.entries[0].local.extra = ZipBuilder.zip64Extra(10, 11)
        },
        .archive("a zip64 field in the directory that nothing needs", .zip(.zip64Extra)) {
            $0.entries[0].directory.extra = ZipBuilder.zip64Extra(10, 10)
        },
        .archive("an empty zip64 field", .zip(.zip64Extra)) {
            $0.entries[0].directory.extra = ZipBuilder.zip64Extra()
        },
        .archive("a zip64 field too short", .zip(.zip64Extra)) {
            $0.entries[0].directory.extra = ZipBuilder.zip64Extra(10)
            ($0.entries[0].directory.size, $0.entries[0].directory.compressedSize) = (.max, .max)
        },
        .archive("a zip64 field too long", .zip(.zip64Extra)) {
            $0.entries[0].directory.extra = ZipBuilder.zip64Extra(10, 10)
            $0.entries[0].directory.size = .max
        },
        .archive("a zip64 field with half a number", .zip(.zip64Extra)) {
            $0.entries[0].directory.extra = ZipBuilder.extra(1, [10, 0, 0, 0])
            $0.entries[0].directory.size = .max
        },
        .archive("zip64 numbers without field", .zip(.zip64Extra)) {
            $0.entries[0].directory.size = .max
        },
        .archive("a size of 16 EiB", .zip(.zip64Extra)) {
            $0.entries[0].directory.extra = ZipBuilder.zip64Extra(.max)
            $0.entries[0].directory.size = .max
        },
        .archive("a size of 8 EiB", .zip(.tooLarge)) {
            $0.entries[1].directory.extra = ZipBuilder.zip64Extra(1 << 63 - 1)
            $0.entries[1].directory.size = .max
        },
        .archive("two zip64 fields", .zip(.duplicateExtra)) {
            $0.entries[0].local.extra =
                ZipBuilder.zip64Extra(10, 10) + ZipBuilder.zip64Extra(10, 10)
            ($0.entries[0].local.size, $0.entries[0].local.compressedSize) = (.max, .max)
        },
        .archive("a Unicode name that is the name", .accepted) {
            $0.entries[0].directory.extra = ZipBuilder.unicodeName("demo.py", for: "demo.py")
        },
        .archive("a Unicode name that is another", .zip(.unicodeNameExtra)) {
            $0.entries[0].directory.extra = ZipBuilder.unicodeName("evil.py", for: "demo.py")
        },
        .archive("a Unicode name in the local header", .zip(.unicodeNameExtra)) {
            $0.entries[0].local.extra = ZipBuilder.unicodeName("evil.py", for: "demo.py")
        },
        .archive("a Unicode name of another name", .zip(.unicodeNameExtra)) {
            $0.entries[0].local.extra = ZipBuilder.unicodeName("demo.py", for: "x")
        },
        .archive("two Unicode names", .zip(.duplicateExtra)) {
            let field = ZipBuilder.unicodeName("demo.py", for: "demo.py")
            $0.entries[0].directory.extra = field + field
        },
        .archive("a Unicode name cut short", .zip(.malformedExtra)) {
            $0.entries[0].directory.extra = ZipBuilder.extra(0x7075, [1, 0, 0])
        },
    ]

    static func withDescriptor(
        _ description: String, _ verdict: Verdict,
        _ change: @escaping @Sendable (inout ZipBuilder.Descriptor) -> Void
    ) -> OddWheel {
        .archive(description, verdict) { archive in
            for index in archive.entries.indices {
                var descriptor = ZipBuilder.Descriptor()
                change(&descriptor)
                archive.entries[index].descriptor = descriptor
                if descriptor.isZip64 {
                    archive.entries[index].local.extra = ZipBuilder.zip64Extra(0, 0)
                    archive.entries[index].local.size = .max
                    archive.entries[index].local.compressedSize = .max
                }
            }
        }
    }

    static let descriptors: [OddWheel] = [
        withDescriptor("data descriptors", .accepted) { _ in },
        withDescriptor("data descriptors without signature", .accepted) { $0.hasSignature = false },
        withDescriptor("zip64 data descriptors", .accepted) { $0.isZip64 = true },
        withDescriptor("zip64 data descriptors without signature", .accepted) {
            ($0.isZip64, $0.hasSignature) = (true, false)
        },
        withDescriptor("a descriptor with another checksum", .zip(.descriptor)) { $0.crc = 1 },
        withDescriptor("a descriptor with checksum zero", .zip(.descriptor)) { $0.crc = 0 },
        withDescriptor("a descriptor with another compressed size", .zip(.descriptor)) {
            $0.compressedSize = 8
        },
        withDescriptor("a descriptor with another size", .zip(.descriptor)) { $0.size = 6 },
        withDescriptor("a bare descriptor with another size", .zip(.descriptor)) {
            ($0.size, $0.hasSignature) = (6, false)
        },
        withDescriptor("a zip64 descriptor with another size", .zip(.descriptor)) {
            ($0.size, $0.isZip64) = (6, true)
        },
        withDescriptor("a zip64 descriptor with another compressed size", .zip(.descriptor)) {
            ($0.compressedSize, $0.isZip64) = (8, true)
        },
        .archive("the flag for descriptors, but no descriptor", .zip(.descriptor)) {
            ($0.entries[0].local.flags, $0.entries[0].directory.flags) = (8, 8)
        },
        .archive("a descriptor without the flag", .zip(.localHeaderDiffers)) {
            $0.entries[0].descriptor = ZipBuilder.Descriptor()
            ($0.entries[0].local.flags, $0.entries[0].directory.flags) = (0, 0)
        },
        .archive("a zip64 descriptor without zip64 field", .zip(.descriptor)) {
            $0.entries[0].descriptor = ZipBuilder.Descriptor()
            $0.entries[0].descriptor!.isZip64 = true
        },
        .archive("data between descriptor and next entry", .zip(.unclaimedData)) {
            $0.entries[0].descriptor = ZipBuilder.Descriptor()
            $0.entries[0].after = [UInt8](repeating: 0, count: 30)
        },
    ]
}
