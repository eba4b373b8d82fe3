import Platform
import Support
import SystemPackage
import Testing

/// A recipe whose wheel has a RECORD that is wrong.
@Suite struct BadRecordTests {
    private func liar(_ version: String = "1.0") -> WheelBuilder {
        var wheel = WheelBuilder("ham", version)
        wheel.add("ham.py", "version = '\(version)'\n")
        wheel.changeRecord = { $0[0][1] = WheelBuilder.recordHash("sha256", of: "other") }
        return wheel
    }

    @Test func `is refused, and the message says how to allow it`() throws {
        try Distribution.run { distribution in
            try distribution.add(liar())
            let said = try distribution.spkg("install", "ham")
            #expect(said.status == 1)
            for word in ["another hash", "ham.py", "allow-bad-record"] {
                #expect(said.stderr.contains(word), "\(word) in: \(said.stderr)")
            }
            #expect(try !distribution.site.exists("ham.py"))
        }
    }

    @Test func `is allowed by a file of the recipe, and each install says so`() throws {
        try Distribution.run { distribution in
            for version in ["1.0", "2.0"] {
                try distribution.add(liar(version), files: ["allow-bad-record": ""])
                let said = try distribution.spkg("install", "ham")
                #expect(said.status == 0, "\(said.stderr)")
                #expect(said.stderr.contains("RECORD was regenerated"), "\(said.stderr)")
                #expect(said.stderr.contains("ham.py"))
            }
            #expect(try distribution.spkg("verify").status == 0)
            let record = try distribution.site.text("ham-2.0.dist-info/RECORD")
            #expect(record.contains(WheelBuilder.recordHash("sha256", of: "version = '2.0'\n")))
        }
    }

    @Test func `builds can require it, as long as it is the wheel that was installed`() throws {
        try Distribution.run { distribution in
            try distribution.add(liar(), files: ["allow-bad-record": ""])
            try distribution.add(
                "spam", "1.0", dependencies: "ham", requires: ["ham"], backend: "import ham")
            var said = try distribution.spkg("install", "spam")
            #expect(said.status == 0, "\(said.stderr)")

            var other = liar()
            other.add("more.py")
            try other.write(in: distribution.wheels)
            #expect(try distribution.spkg("uninstall", "spam").status == 0)
            said = try distribution.spkg("install", "spam")
            #expect(said.status == 1)
            #expect(said.stderr.contains("another hash"), "\(said.stderr)")
        }
    }
}
