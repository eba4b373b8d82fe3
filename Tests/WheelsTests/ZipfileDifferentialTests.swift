import Platform
import Support
import SystemPackage
import Testing

@testable import Wheels

/// Random damage to small wheels, judged by this reader and by Python's zipfile.
///
/// Refusing what zipfile accepts is fine. To accept what zipfile reads otherwise, or not at all,
/// is how archives lie to one installer and not to another.
@Suite struct ZipfileDifferentialTests {
    /// `SPKG_TEST_MUTATIONS` in the environment asks for more.
    @Test func `what is accepted, zipfile reads the same`() throws {
        var dice = SeededGenerator(for: "mutated wheels")
        try withTemporaryFolder { folder in
            let path = folder.appending("demo-1.0-py3-none-any.whl")
            var accepted: [UInt8] = []
            var answers: [String] = []
            for _ in 0..<count("SPKG_TEST_MUTATIONS", 20_000) {
                let bytes = mutant(&dice)
                // Most fall here, and never need a file.
                guard
                    (try? bytes.withUnsafeBytes { try WheelArchive.read($0, WheelLimits()) }) != nil
                else { continue }
                try writeFile(path, bytes)
                do throws(WheelError) {
                    let content = try content(of: WheelArchive(opening: path))
                    withUnsafeBytes(of: UInt32(bytes.count).littleEndian) { accepted += $0 }
                    accepted += bytes
                    answers.append(content)
                } catch {
                    if case .zip = error { continue }
                    Issue.record("\(error)")
                }
            }
            // Damage that spares what matters: time stamps, versions, other extra fields.
            #expect(answers.count > 50)
            print("of the mutants, \(answers.count) were accepted")
            let file = folder.appending("accepted")
            try writeFile(file, accepted)
            let said = try python(Self.program, [file.string], in: folder).split(separator: "\n")
            #expect(said.count == answers.count)
            for (number, (ours, theirs)) in zip(answers, said).enumerated() where ours != theirs {
                Issue.record("archive \(number): read \(ours), zipfile \(theirs)")
            }
        }
    }

    /// A digest of all names and contents, sorted by name.
    private func content(of archive: WheelArchive) throws(WheelError) -> String {
        var hashing = Hashing()
        for entry in archive.entries.sorted(by: { $0.name < $1.name }) {
            hashing.update("\(entry.name)\n")
            hashing.update(Digest(of: try archive.content(of: entry, limit: 1 << 20)).hex + "\n")
        }
        return hashing.digest().hex
    }

    private static let program = """
        import hashlib, io, struct, sys, zipfile
        data = open(sys.argv[1], "rb").read()
        at = 0
        while at < len(data):
            (length,) = struct.unpack_from("<I", data, at)
            blob = data[at + 4:at + 4 + length]
            at += 4 + length
            try:
                with zipfile.ZipFile(io.BytesIO(blob)) as archive:
                    total = hashlib.sha256()
                    for item in sorted(archive.infolist(), key=lambda item: item.filename):
                        total.update(item.filename.encode() + b"\\n")
                        content = archive.read(item)
                        total.update(hashlib.sha256(content).hexdigest().encode() + b"\\n")
                    print(total.hexdigest())
            except Exception as error:
                print("refuses:", repr(error).replace("\\n", " "))
        """

    // MARK: Mutants

    private func mutant(_ dice: inout SeededGenerator) -> [UInt8] {
        var archive = ZipBuilder([
            ZipBuilder.Entry("a.py", Array("value = 1\n".utf8), deflated: false),
            ZipBuilder.Entry("b/é.txt", Array(String(repeating: "ab", count: 40).utf8)),
            ZipBuilder.Entry("c/", [], deflated: false, mode: 0o040755),
            ZipBuilder.Entry("b/d", []),
        ])
        if dice.oneIn(4) {
            for index in archive.entries.indices {
                archive.entries[index].descriptor = ZipBuilder.Descriptor()
                archive.entries[index].descriptor!.hasSignature = dice.oneIn(2)
            }
        }
        if dice.oneIn(4) { archive.zip64 = ZipBuilder.Zip64End() }
        if dice.oneIn(4) { archive.comment = Array("a comment".utf8) }
        let lies = dice.oneIn(2)
        if lies { lie(in: &archive, &dice) }
        var bytes = archive.bytes()
        if !lies || dice.oneIn(2) { damage(&bytes, &dice) }
        return bytes
    }

    /// One structure tells something odd; both headers of an entry often tell the same.
    private func lie(in archive: inout ZipBuilder, _ dice: inout SeededGenerator) {
        let index = dice.number(0...archive.entries.count - 1)
        var header = ZipBuilder.Header()
        let small = UInt32(dice.number(0...90))
        switch dice.number(0...11) {
        case 0: header.flags = UInt16(1 << dice.number(0...15))
        case 1: header.method = dice.pick([0, 8, 9, 12, 14, 99])
        case 2: header.crc = dice.pick([0, 1, .max])
        case 3: header.size = dice.pick([0, small, .max])
        case 4: header.compressedSize = dice.pick([0, small, .max])
        case 5:
            header.extra = dice.pick([
                ZipBuilder.zip64Extra(10), ZipBuilder.zip64Extra(10, 10),
                ZipBuilder.zip64Extra(), ZipBuilder.unicodeName("x.py", for: "a.py"),
                ZipBuilder.unicodeName("a.py", for: "a.py"), ZipBuilder.extra(9, [1, 2]),
                [1, 0, 0],
            ])
            if dice.oneIn(2) { (header.size, header.compressedSize) = (.max, .max) }
        case 6:
            header.name = Array(dice.pick(["a.py", "A.py", "x", "b/d", "b", "é", "/", ""]).utf8)
        case 7: header.version = UInt16(dice.number(0...70))
        case 8: archive.end.count = UInt16(dice.number(0...5))
        case 9: archive.end.offset = small
        case 10: archive.gap = [UInt8](repeating: 0x50, count: dice.number(1...30))
        default: archive.comment = Array("PK\u{5}\u{6}".utf8) + [UInt8](repeating: 0, count: 18)
        }
        if dice.oneIn(3) {
            archive.entries[index].local = header
        } else if dice.oneIn(2) {
            archive.entries[index].directory = header
        } else {
            archive.entries[index].local = header
            archive.entries[index].directory = header
        }
    }

    private func damage(_ bytes: inout [UInt8], _ dice: inout SeededGenerator) {
        for _ in 0..<dice.number(1...3) {
            let place = dice.number(0...bytes.count - 1)
            let end = min(bytes.count, place + dice.number(1...30))
            switch dice.number(0...6) {
            case 0, 1, 2: bytes[place] = UInt8(truncatingIfNeeded: dice.next())
            case 3: bytes[place] ^= UInt8(1 << dice.number(0...7))
            case 4: if bytes.count > 60 { bytes.removeSubrange(place..<end) }
            case 5: bytes.insert(contentsOf: bytes[place..<end], at: dice.number(0...bytes.count))
            default: if bytes.count > 60 { bytes.removeLast(dice.number(1...20)) }
            }
        }
    }
}
