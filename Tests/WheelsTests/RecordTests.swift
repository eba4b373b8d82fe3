import Platform
import Support
import SystemPackage
import Testing

@testable import Wheels

@Suite struct RecordTests {
    @Test func `rows are read as they stand`() {
        let text = "a.py,sha256=x,1\r\n\n\"b,\"\"c\"\" \n.py\",,\nd,,"
        #expect(
            Record.fields(Array(text.utf8)) == [
                ["a.py", "sha256=x", "1"], ["b,\"c\" \n.py", "", ""], ["d", "", ""],
            ])
    }

    @Test(arguments: ["a\"b", "\"a\"b", "\"a", "a\rb", "a,\"b\" ,c", "\r"])
    func `what no writer makes is no list of rows`(_ text: String) {
        #expect(Record.fields(Array(text.utf8)) == nil)
    }

    /// `SPKG_TEST_RECORDS` in the environment asks for more.
    @Test func `what is read, Python's csv reads the same, and each reads what the other writes`()
        throws
    {
        var dice = SeededGenerator(for: "RECORD texts")
        let letters = [
            "a", "b", ",", "\"", "\"\"", "\n", "\r\n", "\r", " ", "é", "\"a\"", ",,", "x/y",
        ]
        var texts: [String] = []
        var rows: [[Record.Row]] = []
        for number in 0..<count("SPKG_TEST_RECORDS", 20_000) {
            if number % 2 == 0 {
                texts.append((0..<dice.number(0...12)).map { _ in dice.pick(letters) }.joined())
                rows.append([])
            } else {
                func field() -> String {
                    (0..<dice.number(0...3)).map { _ in dice.pick(letters) }.joined()
                }
                let made = (0..<dice.number(1...3)).map { _ in
                    Record.Row(path: "p" + field(), hash: field(), size: field())
                }
                texts.append(String(decoding: Record.text(made), as: UTF8.self))
                rows.append(made)
            }
        }
        try withTemporaryFolder { folder in
            let file = try folder.write("texts", texts.map { hex($0) + "\n" }.joined())
            let said = try python(Self.program, [file.string], in: folder)
                .split(separator: "\n", omittingEmptySubsequences: false)
            var read = 0
            for (number, text) in texts.enumerated() {
                let answer = said[number].split(separator: " ", omittingEmptySubsequences: false)
                if let ours = Record.fields(Array(text.utf8)) {
                    read += 1
                    #expect(hex(flat(ours)) == answer[0], "\(text.debugDescription)")
                }
                if !rows[number].isEmpty {
                    let fields = rows[number].map { [$0.path, $0.hash, $0.size] }
                    #expect(hex(flat(fields)) == answer[0], "\(text.debugDescription)")
                }
                let rewritten = try #require(Record.fields(bytes(answer[1])))
                #expect(hex(flat(rewritten)) == answer[0], "\(text.debugDescription)")
            }
            #expect(read > texts.count / 2)
        }
    }

    private func flat(_ rows: [[String]]) -> String {
        rows.map { $0.joined(separator: "\u{1F}") }.joined(separator: "\u{1E}")
    }

    private func hex(_ text: String) -> String {
        text.utf8.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    private func bytes(_ hex: Substring) -> [UInt8] {
        let digits = hex.utf8.map { $0 < 0x3A ? $0 - 0x30 : $0 - 0x57 }
        return stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
    }

    /// For each text: its fields, and the same written again; both in hexadecimal digits.
    private static let program = """
        import csv, io, sys
        for line in open(sys.argv[1]):
            text = bytes.fromhex(line.strip()).decode()
            rows = [row for row in csv.reader(io.StringIO(text, newline="")) if row]
            again = io.StringIO(newline="")
            csv.writer(again).writerows(rows)
            flat = "\\x1e".join("\\x1f".join(row) for row in rows)
            print(flat.encode().hex(), again.getvalue().encode().hex())
        """
}
