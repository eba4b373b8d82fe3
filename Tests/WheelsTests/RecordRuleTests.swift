import Platform
import Support
import SystemPackage
import Testing

@testable import Wheels

@Suite struct RecordRuleTests {
    @Test(arguments: Self.cases)
    func `a RECORD that does not prove the content refuses the wheel`(_ odd: OddWheel) throws {
        var wheel = OddWheel.plain()
        odd.change(&wheel)
        try expect(odd.verdict, of: wheel)
    }

    @Test(arguments: Self.cases.filter { $0.verdict != .accepted })
    func `a bad RECORD can be allowed, and is written anew and told`(_ odd: OddWheel) throws {
        guard case .record(let rule) = odd.verdict else { return }
        try withTemporaryFolder { folder in
            var wheel = OddWheel.plain()
            odd.change(&wheel)
            let unpacked = try #require(
                try judge(wheel, in: folder, record: .rewrite).unpacked)
            var rules: [RecordRule] = []
            for case .badRecord(let problems) in unpacked.warnings {
                rules += problems.map(\.rule)
            }
            #expect(rules.contains(rule))
            let record = try folder.text(
                "stage/lib/python3.11/site-packages/demo-1.0.dist-info/RECORD")
            let digest = Digest(of: "value = 1\n".utf8).base64URL
            #expect(record.contains("\ndemo.py,sha256=\(digest),10\n"))
        }
    }

    static func row(
        _ description: String, _ rule: RecordRule,
        _ change: @escaping @Sendable (inout [String]) -> Void
    ) -> OddWheel {
        OddWheel(description, .record(rule)) { $0.changeRecord = { change(&$0[0]) } }
    }

    static let text = "value = 1\n"

    static let cases: [OddWheel] = [
        OddWheel("no RECORD", .record(.absent)) { $0.recordText = .some(nil) },
        OddWheel("an empty RECORD", .record(.unlisted)) { $0.recordText = "" },
        OddWheel("a file that is not listed", .record(.unlisted)) {
            $0.changeRecord = { $0.removeFirst() }
        },
        OddWheel("a file that is not there", .record(.noSuchFile)) {
            $0.changeRecord = { $0.append(["gone.py", "sha256=x", "1"]) }
        },
        OddWheel("a file listed twice", .record(.duplicate)) {
            $0.changeRecord = { $0 += [$0[0]] }
        },
        OddWheel("a file listed twice with two hashes", .record(.duplicate)) {
            $0.changeRecord = { $0 += [["demo.py", "sha256=x", "1"]] }
        },
        row("another hash", .wrongHash) {
            $0[1] = WheelBuilder.recordHash("sha256", of: "value = 2\n")
        },
        row("a padded hash", .wrongHash) { $0[1] += "=" },
        row("another size", .wrongSize) { $0[2] = "11" },
        row("a size that is no number", .malformedSize) { $0[2] = "ten" },
        row("a negative size", .malformedSize) { $0[2] = "-10" },
        row("a huge size", .malformedSize) { $0[2] = "99999999999999999999" },
        row("no hash", .noHash) { $0[1] = "" },
        row("a hash without algorithm", .weakHash) { $0[1] = "abc" },
        row("MD5", .weakHash) { $0[1] = WheelBuilder.recordHash("md5", of: Self.text) },
        row("SHA-1", .weakHash) { $0[1] = WheelBuilder.recordHash("sha1", of: Self.text) },
        row("an algorithm in capitals", .weakHash) {
            $0[1] = "SHA256=" + $0[1].dropFirst(7)
        },
        row("two fields", .malformedRow) { $0.removeLast() },
        row("four fields", .malformedRow) { $0.append("") },
        row("a path that leads out", .escapingPath) { $0[0] = "../demo.py" },
        row("an absolute path", .escapingPath) { $0[0] = "/demo.py" },
        row("a path with backslash", .escapingPath) { $0[0] = "x\\demo.py" },
        row("a path with dot", .escapingPath) { $0[0] = "./demo.py" },
        row("an empty path", .escapingPath) { $0[0] = "" },
        row("a path in another case", .noSuchFile) { $0[0] = "Demo.py" },
        OddWheel("a path composed otherwise", .record(.noSuchFile)) {
            $0.add("caf\u{E9}.txt", "x")
            $0.changeRecord = { rows in
                for index in rows.indices where rows[index][0].hasPrefix("caf") {
                    rows[index][0] = "cafe\u{301}.txt"
                }
            }
        },
        OddWheel("a hash of RECORD itself", .record(.ownHash)) {
            $0.changeRecord = { $0[$0.count - 1][1] = "sha256=x" }
        },
        OddWheel("a quote that is never closed", .record(.malformedRow)) {
            $0.recordText = "\"demo.py,sha256=x,1\n"
        },
        .archive("a RECORD that is no UTF-8", .record(.notText)) {
            $0.entries[$0.entries.count - 1].content = [0x66, 0xE9]
        },
        OddWheel("folders, with and without their slash", .accepted) {
            $0.files.append(ZipBuilder.Entry("empty/", [], deflated: false, mode: 0o040755))
            $0.changeRecord = {
                let nothing = WheelBuilder.recordHash("sha256", of: "")
                $0 += [
                    ["demo_data/", nothing, "0"], ["demo_data", "", ""], ["empty/", nothing, ""],
                ]
            }
        },
        OddWheel("a folder that is not there", .record(.noSuchFile)) {
            $0.changeRecord = { $0.append(["gone/", "", ""]) }
        },
        OddWheel("a folder with a size", .record(.wrongSize)) {
            $0.changeRecord = { $0.append(["demo_data/", "", "7"]) }
        },
        OddWheel("a folder with a hash", .record(.wrongHash)) {
            $0.changeRecord = {
                $0.append(["demo_data/", WheelBuilder.recordHash("sha256", of: "x"), ""])
            }
        },
        OddWheel("a file with a slash", .record(.noSuchFile)) {
            $0.changeRecord = { $0.append(["demo.py/", "", ""]) }
        },
        OddWheel("RECORD does not list itself", .accepted) {
            $0.changeRecord = { $0.removeLast() }
        },
        OddWheel("sizes left out", .accepted) {
            $0.changeRecord = { rows in for index in rows.indices { rows[index][2] = "" } }
        },
        OddWheel("SHA-384 and SHA-512", .accepted) {
            $0.changeRecord = { rows in
                rows[0][1] = WheelBuilder.recordHash("sha384", of: Self.text)
                let other = String(repeating: "some text ", count: 100)
                rows[1][1] = WheelBuilder.recordHash("sha512", of: other)
            }
        },
        row("a wrong SHA-512", .wrongHash) {
            $0[1] = WheelBuilder.recordHash("sha512", of: "other")
        },
        OddWheel("signatures that are not listed", .accepted) { wheel in
            wheel.add("demo-1.0.dist-info/RECORD.jws", "{}")
            wheel.add("demo-1.0.dist-info/RECORD.p7s", "x")
            wheel.changeRecord = { $0.removeAll { $0[0].contains("RECORD.") } }
        },
        OddWheel("Windows line ends", .accepted) {
            $0.changeRecordText = { $0.replace("\n", with: "\r\n") }
        },
        OddWheel("empty lines", .accepted) {
            $0.changeRecordText = { $0 = "\n" + $0 + "\n\n" }
        },
    ]
}
