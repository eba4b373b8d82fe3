import Platform
import Support
import Testing

@testable import Wheels

/// The list that the package index and uv refuse, and what else two readers could read in two ways.
@Suite struct ZipRuleTests {
    @Test(arguments: Self.framing + Self.headers + Self.extras + Self.descriptors)
    func `archives that mean two things are refused by name`(_ odd: OddWheel) throws {
        var wheel = OddWheel.plain()
        odd.change(&wheel)
        try expect(odd.verdict, of: wheel)
    }

    @Test(arguments: Self.names + Self.kinds)
    func `names and kinds that don't belong in a wheel are refused`(_ odd: OddWheel) throws {
        var wheel = OddWheel.plain()
        odd.change(&wheel)
        try expect(odd.verdict, of: wheel)
    }

    static let endRecord: [UInt8] = [0x50, 0x4B, 0x05, 0x06]

    static let framing: [OddWheel] = [
        .archive("nothing odd", .accepted) { _ in },
        .archive("a comment", .accepted) { $0.comment = Array("built by hand".utf8) },
        .archive("a comment with an end record in it", .zip(.severalEndRecords)) {
            $0.comment = ZipBuilder().bytes()
        },
        .archive("a comment with an end record at its end", .zip(.severalEndRecords)) {
            $0.comment = Array("text".utf8) + ZipBuilder().bytes()
        },
        .archive("a comment with a cut end record in it", .zip(.severalEndRecords)) {
            $0.comment = Array("PK".utf8) + Self.endRecord + [0, 0]
        },
        .archive("an end record whose comment is another archive", .zip(.severalEndRecords)) {
            $0.comment = OddWheel.plain().archive().bytes()
        },
        .archive("a second end record behind the first", .zip(.severalEndRecords)) {
            $0.suffix = ZipBuilder().bytes()
            $0.end.commentLength = 22
        },
        .archive("two archives one after another", .zip(.unclaimedData)) {
            $0.prefix = ZipBuilder([ZipBuilder.Entry("a", [1])]).bytes()
        },
        .archive("data behind the end", .zip(.trailingData)) { $0.suffix = [0] },
        .archive("an archive behind the end", .zip(.directoryMisplaced)) {
            $0.suffix = ZipBuilder([ZipBuilder.Entry("a", [1])]).bytes()
        },
        .archive("a comment longer than the file", .zip(.trailingData)) {
            $0.end.commentLength = 9
        },
        .archive("a comment shorter than it says", .zip(.trailingData)) {
            $0.comment = Array("text".utf8)
            $0.end.commentLength = 3
        },
        .archive("data in front", .zip(.unclaimedData)) { $0.prefix = Array("#!/bin/sh\n".utf8) },
        .archive("data in front that offsets don't count", .zip(.directoryMisplaced)) {
            $0.prefix = Array("#!/bin/sh\n".utf8)
            $0.shiftsOffsets = false
        },
        .archive("data before the directory", .zip(.unclaimedData)) { $0.gap = [1, 2, 3] },
        .archive("data after the directory", .zip(.directoryMisplaced)) {
            $0.afterDirectory = [1, 2, 3]
        },
        .archive("data at the directory's end", .zip(.directoryCount)) { $0.afterHeaders = [1] },
        .archive("a digital signature record", .zip(.directoryCount)) {
            $0.afterHeaders = [0x50, 0x4B, 0x05, 0x05, 0, 0]
        },
        .archive("a directory with fewer entries than it says", .zip(.directoryHeader)) {
            let count = UInt16($0.entries.count + 1)
            ($0.end.count, $0.end.countOnDisk) = (count, count)
        },
        .archive("a directory with more entries than it says", .zip(.directoryCount)) {
            let count = UInt16($0.entries.count - 1)
            ($0.end.count, $0.end.countOnDisk) = (count, count)
        },
        .archive("a count that the directory has no room for", .zip(.directoryCount)) {
            ($0.end.count, $0.end.countOnDisk) = (60_000, 60_000)
        },
        .archive("a directory one byte too early", .zip(.directoryMisplaced)) {
            $0.end.offset = 0
        },
        .archive("a directory beyond the file", .zip(.directoryMisplaced)) {
            $0.end.offset = 1 << 30
        },
        .archive("a directory size too large", .zip(.directoryMisplaced)) {
            $0.end.size = 1 << 30
        },
        .archive("a directory that starts in an entry", .zip(.directoryHeader)) {
            $0.end.offset = 10
            $0.end.size = UInt32($0.bytes().count - 22 - 10)
        },
        .archive("an archive of several disks", .zip(.splitArchive)) { $0.end.disk = 1 },
        .archive("a directory on another disk", .zip(.splitArchive)) { $0.end.directoryDisk = 1 },
        .archive("an entry on another disk", .zip(.splitArchive)) {
            $0.entries[0].directory.disk = 1
        },
        .archive("counts that differ", .zip(.splitArchive)) { $0.end.countOnDisk = 1 },
        .archive("an entry missing from the directory", .zip(.unclaimedData)) {
            $0.entries[1].isInDirectory = false
        },
        .archive("an entry missing from the file", .zip(.overlap)) {
            $0.entries[1].isInFile = false
        },
        .archive("the last entry missing from the file", .zip(.overlap)) {
            $0.entries[$0.entries.count - 1].isInFile = false
        },
        .archive("a zip64 end record that says the same", .accepted) {
            $0.zip64 = ZipBuilder.Zip64End()
        },
        .archive("a zip64 end record that the end record needs", .accepted) {
            $0.zip64 = ZipBuilder.Zip64End()
            ($0.end.offset, $0.end.size) = (.max, .max)
            ($0.end.count, $0.end.countOnDisk) = (.max, .max)
        },
        .archive("a zip64 end record with another count", .zip(.zip64EndRecord)) {
            $0.zip64 = ZipBuilder.Zip64End()
            $0.zip64!.count = 1
        },
        .archive("a zip64 end record with another place", .zip(.zip64EndRecord)) {
            $0.zip64 = ZipBuilder.Zip64End()
            $0.zip64!.offset = 0
        },
        .archive("a zip64 end record with a huge place", .zip(.directoryMisplaced)) {
            $0.zip64 = ZipBuilder.Zip64End()
            $0.zip64!.offset = .max
            $0.end.offset = .max
        },
        .archive("a zip64 end record with a huge count", .zip(.directoryCount)) {
            $0.zip64 = ZipBuilder.Zip64End()
            $0.zip64!.count = .max
            ($0.end.count, $0.end.countOnDisk) = (.max, .max)
        },
        .archive("a zip64 end record without locator", .zip(.directoryMisplaced)) {
            $0.zip64 = ZipBuilder.Zip64End()
            $0.zip64!.writesLocator = false
        },
        .archive("a locator that points elsewhere", .zip(.zip64EndRecord)) {
            $0.zip64 = ZipBuilder.Zip64End()
            $0.zip64!.locatorOffset = 0
        },
        .archive("extensible data in the zip64 end record", .zip(.zip64EndRecord)) {
            $0.zip64 = ZipBuilder.Zip64End()
            $0.zip64!.extensibleData = [UInt8](repeating: 0, count: 56)
            $0.zip64!.recordSize = 100
        },
        .archive("a zip64 end record of several disks", .zip(.zip64EndRecord)) {
            $0.zip64 = ZipBuilder.Zip64End()
            $0.zip64!.disks = 2
        },
        .archive("zip64 numbers without zip64 end record", .zip(.zip64EndRecord)) {
            $0.end.offset = .max
        },
    ]

    static let headers: [OddWheel] = [
        .archive("another name in the local header", .zip(.localHeaderDiffers)) {
            $0.entries[0].local.name = Array("evil.py".utf8)
        },
        .archive("another case in the local header", .zip(.localHeaderDiffers)) {
            $0.entries[0].local.name = Array("Demo.py".utf8)
        },
        .archive("a longer name in the local header", .zip(.localHeaderDiffers)) {
            $0.entries[0].local.name = Array("demo.pyc".utf8)
        },
        .archive("another method in the local header", .zip(.localHeaderDiffers)) {
            $0.entries[0].local.method = 8
        },
        .archive("other flags in the local header", .zip(.localHeaderDiffers)) {
            $0.entries[0].local.flags = 1 << 11
        },
        .archive("deflate's level in one header only", .accepted) {
            $0.entries[1].local.flags = 0b110
        },
        .archive("another checksum in the local header", .zip(.localHeaderDiffers)) {
            $0.entries[0].local.crc = 1
        },
        .archive("a zero checksum in the local header", .zip(.localHeaderDiffers)) {
            $0.entries[0].local.crc = 0
        },
        .archive("another size in the local header", .zip(.localHeaderDiffers)) {
            $0.entries[1].local.size = 9
        },
        .archive("another compressed size in the local header", .zip(.localHeaderDiffers)) {
            $0.entries[1].local.compressedSize = 9
        },
        .archive("no local header", .zip(.localHeaderMissing)) {
            $0.entries[0].local.signature = 0x0403_4B51
        },
        .archive("no directory header", .zip(.directoryHeader)) {
            $0.entries[0].directory.signature = 0x0201_4B51
        },
        .archive("an offset into another entry", .zip(.overlap)) {
            $0.entries[1].directory.offset = 8
        },
        .archive("an offset beyond the directory", .zip(.unclaimedData)) {
            $0.entries[0].directory.offset = 1 << 28
        },
        .archive("two entries with one local header", .zip(.overlap)) {
            var second = $0.entries[0]
            second.name = Array("copy.py".utf8)
            second.local.name = second.name
            second.directory.offset = 0
            second.isInFile = false
            $0.entries.append(second)
        },
        .archive("an entry that reaches into the next one", .zip(.localHeaderDiffers)) {
            $0.entries[0].directory.compressedSize = 100
            $0.entries[0].directory.size = 100
        },
        .archive("an entry that reaches into the next one, in both headers", .zip(.overlap)) {
            $0.entries[0].directory.compressedSize = 100
            $0.entries[0].directory.size = 100
            $0.entries[0].local.compressedSize = 100
            $0.entries[0].local.size = 100
        },
        .archive("data between entries", .zip(.unclaimedData)) { $0.entries[0].after = [1, 2, 3] },
        .archive("an entry encrypted", .zip(.encrypted)) {
            ($0.entries[0].local.flags, $0.entries[0].directory.flags) = (1, 1)
        },
        .archive("strong encryption", .zip(.encrypted)) {
            ($0.entries[0].local.flags, $0.entries[0].directory.flags) = (1 << 6, 1 << 6)
        },
        .archive("masked headers", .zip(.encrypted)) {
            ($0.entries[0].local.flags, $0.entries[0].directory.flags) = (1 << 13, 1 << 13)
        },
        .archive("patched data", .zip(.unknownFlags)) {
            ($0.entries[0].local.flags, $0.entries[0].directory.flags) = (1 << 5, 1 << 5)
        },
        .archive("bzip2", .zip(.unknownMethod)) {
            ($0.entries[0].local.method, $0.entries[0].directory.method) = (12, 12)
        },
        .archive("deflate64", .zip(.unknownMethod)) {
            ($0.entries[1].local.method, $0.entries[1].directory.method) = (9, 9)
        },
        .archive("a method of the future", .zip(.unknownMethod)) {
            ($0.entries[0].local.method, $0.entries[0].directory.method) = (4711, 4711)
        },
        .archive("a version of the future", .zip(.unknownVersion)) {
            $0.entries[0].directory.version = 64
        },
        .archive("a stored entry with two sizes", .zip(.storedSizesDiffer)) {
            $0.entries[0].directory.size = 9
            $0.entries[0].local.size = 9
        },
        .archive("a comment in the directory", .zip(.directoryComment)) {
            $0.entries[0].directory.comment = Array("hello".utf8)
        },
        .archive("a wrong checksum in both headers", .zip(.wrongCRC)) {
            ($0.entries[0].local.crc, $0.entries[0].directory.crc) = (1, 1)
        },
        .archive("a size too small in both headers", .zip(.sizeDiffers)) {
            ($0.entries[1].local.size, $0.entries[1].directory.size) = (999, 999)
        },
        .archive("a size too large in both headers", .zip(.sizeDiffers)) {
            ($0.entries[1].local.size, $0.entries[1].directory.size) = (1001, 1001)
        },
        .archive("data after the deflate stream", .zip(.badDeflate)) {
            $0.entries[1].data = deflate($0.entries[1].content) + [0, 0]
        },
        .archive("a cut deflate stream", .zip(.badDeflate)) {
            $0.entries[1].data = deflate($0.entries[1].content).dropLast(2)
        },
        .archive("no deflate stream at all", .zip(.badDeflate)) {
            $0.entries[1].data = [UInt8](repeating: 0xFF, count: 40)
        },
        .archive("an empty deflate stream", .zip(.badDeflate)) { $0.entries[1].data = [] },
        .archive("a size that deflate can't reach", .zip(.tooDense)) {
            $0.entries[1].data = [3, 0]
            ($0.entries[1].local.size, $0.entries[1].directory.size) = (1 << 30, 1 << 30)
        },
    ]

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
        .archive("a zip64 field that nothing needs", .zip(.zip64Extra)) {
            $0.entries[0].local.extra = ZipBuilder.zip64Extra(10, 10)
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

    static let names: [OddWheel] = [
        .name("../evil.py", .zip(.traversal)),
        .name("demo/../../evil.py", .zip(.traversal)),
        .name("demo/..", .zip(.traversal)),
        .name("./demo2.py", .zip(.traversal)),
        .name("demo/./x.py", .zip(.traversal)),
        .name("/etc/evil", .zip(.absoluteName)),
        .name("//host/evil", .zip(.absoluteName)),
        .name("C:/evil.py", .zip(.absoluteName)),
        .name("demo//x.py", .zip(.emptyComponent)),
        .name("..\\evil.py", .zip(.backslash)),
        .name("demo\\x.py", .zip(.backslash)),
        .name("demo\u{0}.py", .zip(.controlCharacter)),
        .name("demo\n.py", .zip(.controlCharacter)),
        .name("demo\u{1B}[2J.py", .zip(.controlCharacter)),
        .name("demo\u{7F}.py", .zip(.controlCharacter)),
        .name("demo\u{85}.py", .zip(.controlCharacter)),
        .name("demo\u{2028}.py", .zip(.controlCharacter)),
        .name("", .zip(.emptyName)),
        .name(String(repeating: "x", count: 256), .zip(.nameTooLong), as: "a name of 256 bytes"),
        .name(String(repeating: "x", count: 255), .accepted, as: "a name of 255 bytes"),
        .name(
            String(repeating: "folder/", count: 300), .zip(.nameTooLong), as: "a path of 2100 bytes"
        ),
        .name("...", .accepted),
        .name("demo/..x", .accepted),
        .name("démo/naïve ☃.txt", .accepted),
        .name("with space, comma and \"quotes\".txt", .accepted),
        .name("demo.py", .zip(.duplicateName)),
        .name("DEMO.PY", .zip(.caseDouble)),
        .name("demo.py/x", .zip(.fileIsFolder)),
        .name("Demo.py/x", .zip(.fileIsFolder)),
        .name("demo_data", .zip(.fileIsFolder)),
        OddWheel("letters composed in two ways", .zip(.caseDouble)) {
            $0.add("caf\u{E9}.txt")
            $0.add("cafe\u{301}.txt")
        },
        OddWheel("the same file twice", .zip(.duplicateName)) {
            $0.add("same.txt", "x")
            $0.add("same.txt", "x")
        },
        OddWheel("a file and a folder of one name", .zip(.duplicateName)) {
            $0.add("both", "x")
            $0.files.append(
                ZipBuilder.Entry("both/", [], deflated: false, mode: 0o040755))
        },
        .archive("a name that is no UTF-8", .zip(.nameNotUTF8)) {
            $0.entries.append(ZipBuilder.Entry("", [], deflated: false))
            $0.entries[$0.entries.count - 1].name = [0x66, 0xE9, 0x66]
        },
        .archive("a name that is not marked as UTF-8", .zip(.nameNotUTF8)) {
            var entry = ZipBuilder.Entry("é.txt", [], deflated: false)
            (entry.local.flags, entry.directory.flags) = (0, 0)
            $0.entries.append(entry)
        },
        .archive("an overlong UTF-8 slash", .zip(.nameNotUTF8)) {
            $0.entries.append(ZipBuilder.Entry("", [], deflated: false))
            $0.entries[$0.entries.count - 1].name = [0x2E, 0x2E, 0xC0, 0xAF, 0x78]
        },
    ]

    static let kinds: [OddWheel] = [
        OddWheel("a link", .zip(.link)) { $0.add("evil", "/etc/passwd", mode: 0o120777) },
        OddWheel("a link and a file behind it", .zip(.link)) {
            $0.add("lib", "../../..", mode: 0o120777)
            $0.add("lib2/evil", "x")
        },
        OddWheel("a named pipe", .zip(.specialFile)) { $0.add("pipe", mode: 0o010644) },
        OddWheel("a device", .zip(.specialFile)) { $0.add("device", mode: 0o020644) },
        OddWheel("a socket", .zip(.specialFile)) { $0.add("socket", mode: 0o140644) },
        OddWheel("a folder without slash", .zip(.kindContradicts)) {
            $0.add("folder", mode: 0o040755)
        },
        OddWheel("a folder with content", .zip(.folderWithContent)) {
            $0.add("folder/", "x", mode: 0o040755)
        },
        OddWheel("a regular file with slash", .zip(.kindContradicts)) {
            $0.add("folder/", deflated: false, mode: 0o100644)
        },
        .archive("a DOS folder without slash", .zip(.kindContradicts)) {
            $0.entries[0].directory.madeBy = 20
            $0.entries[0].directory.attributes = 0x10
        },
        .archive("a DOS file", .accepted) {
            $0.entries[0].directory.madeBy = 20
            $0.entries[0].directory.attributes = 0x20
        },
        OddWheel("folders, stored and deflated", .accepted) {
            $0.add("folder/", deflated: false, mode: 0o040755)
            $0.add("folder2/", deflated: true, mode: 0)
            $0.add("folder/x", "x")
        },
        OddWheel("a set-id file", .accepted) { $0.add("set-id", "x", mode: 0o106755) },
        OddWheel("an archive in the archive, stored", .accepted) {
            $0.add("inner.zip", bytes: OddWheel.plain().archive().bytes(), deflated: false)
        },
    ]
}
