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
}
